//! What every operation of the published schema says, however briefly its route was declared: who may call it, what
//! each status means, and how it refuses.

use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{Schema, SchemaType};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Content, Object, Ref, RefOr, Required, Response, ResponseBuilder, Type};

/// How an operation differs by its method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// It is answered without a body.
    Head,
    /// It is answered to anyone.
    Options,
    Other,
}

/// Every operation of a path.
pub(super) fn of(item: &mut PathItem) -> impl Iterator<Item = (&mut Operation, Method)> {
    let PathItem { get, head, put, post, delete, patch, options, .. } = item;
    let others = [get, put, post, delete, patch].into_iter().flatten().map(|operation| (operation, Method::Other));
    let head = head.iter_mut().map(|operation| (operation, Method::Head));
    others.chain(head).chain(options.iter_mut().map(|operation| (operation, Method::Options)))
}

/// Adds what the declaration left out.
pub(super) fn finish(operation: &mut Operation, method: Method, public: bool) {
    // Handlers have names that are unique in their module; in the whole document the tag tells them apart.
    let tag = operation.tags.iter().flatten().next().map(|tag| tag.replace(' ', "_"));
    if let (Some(tag), Some(name)) = (tag, operation.operation_id.take()) {
        operation.operation_id = Some(format!("{tag}_{name}"));
    }
    let responses = &mut operation.responses.responses;
    let whole = responses.get("200").and_then(content);
    // A file may be empty.
    if let Some(RefOr::T(body)) = &mut operation.request_body
        && !body.content.contains_key("application/json")
    {
        body.required = Some(Required::False);
    }
    let (in_parts, unchanged) = (responses.contains_key("206"), responses.contains_key("304"));
    for (status, response) in responses.iter_mut() {
        let RefOr::T(response) = response else { continue };
        if response.description.is_empty() {
            meaning(status).clone_into(&mut response.description);
        }
        // A part of the body that 200 would have.
        if status == "206"
            && let Some(whole) = &whole
        {
            response.content.clone_from(&whole.content);
        }
    }
    for (status, why) in [
        ("4XX", "Refused. `code` says why; nothing was changed."),
        (
            "5XX",
            "The box cannot do it, or cannot do it now. `code` says why, and `retry_after_s` when to try again, if that helps.",
        ),
    ] {
        let refused = if method == Method::Head { Response::new(why) } else { refused(why) };
        responses.insert(status.to_owned(), refused.into());
    }
    let parameters = operation.parameters.get_or_insert_default();
    parameters.iter_mut().for_each(never_null);
    for (name, what) in [
        ("Range", in_parts.then_some("The bytes to send (RFC 9110, section 14.2).")),
        ("If-None-Match", unchanged.then_some("The `ETag` of the version the client has.")),
    ] {
        if let Some(what) = what {
            parameters.push(header(name, what));
        }
    }
    operation.security = Some(if public || method == Method::Options {
        Vec::new()
    } else {
        let none: [String; 0] = [];
        vec![SecurityRequirement::new("cookie", none.clone()), SecurityRequirement::new("bearer", none)]
    });
}

/// A parameter is present or not; a query or a header cannot contain `null`.
fn never_null(parameter: &mut RefOr<Parameter>) {
    if let RefOr::T(Parameter { schema: Some(RefOr::T(Schema::Object(object))), .. }) = parameter
        && let SchemaType::Array(types) = &object.schema_type
        && let [one, Type::Null] | [Type::Null, one] = types.as_slice()
    {
        object.schema_type = SchemaType::Type(one.clone());
    }
}

fn header(name: &str, what: &str) -> RefOr<Parameter> {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(what))
        .schema(Some(Object::with_type(Type::String)))
        .build()
        .into()
}

fn content(response: &RefOr<Response>) -> Option<Response> {
    match response {
        RefOr::T(response) => Some(response.clone()),
        RefOr::Ref(_) => None,
    }
}

fn refused(why: &str) -> Response {
    let content = Content::new(Some(Ref::from_schema_name("ErrorBody")));
    ResponseBuilder::new().description(why).content("application/json", content).build()
}

/// What a status means on every route that says nothing about it itself. A test checks that no status is left without a
/// description.
fn meaning(status: &str) -> &'static str {
    match status {
        "200" => "Success.",
        "201" => "Created.",
        "202" => "Accepted: it has begun, or waits for somebody's decision.",
        "204" => "Success, without a body.",
        "206" => "The part that `Range` asked for.",
        "304" => "Not changed since `If-None-Match` or `If-Modified-Since`.",
        _ => "",
    }
}
