//! Rewrites types of the published schema into a form that client generators understand. JSON Schema can only express
//! some of what serde does in a roundabout way; here it is said plainly: a tagged enum with fields around it becomes
//! one list of objects, and each of them has a name.

use std::collections::BTreeMap;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AllOf, AnyOf, Object, OneOf, Schema};

type Schemas = BTreeMap<String, RefOr<Schema>>;

/// Rewrites all of them.
pub(super) fn plain(schemas: &mut Schemas) {
    flatten(schemas);
    for (name, schema) in schemas {
        let RefOr::T(schema) = schema else { continue };
        if let Schema::OneOf(one_of) = schema {
            if one_of.items.iter().all(|item| matches!(item, RefOr::Ref(_))) {
                // An untagged enum: a value may match more than one of its variants.
                let any = AnyOf {
                    items: std::mem::take(&mut one_of.items),
                    description: one_of.description.take(),
                    ..AnyOf::new()
                };
                *schema = Schema::AnyOf(any);
            } else {
                one_of.items.iter_mut().for_each(|item| entitle(name, item));
            }
        }
    }
}

/// An enum whose fields are placed among those of the struct around it (`#[serde(flatten)]`) arrives as "all of these,
/// one of which is one of those". It becomes a choice of whole objects, and the enum itself no longer has a name.
fn flatten(schemas: &mut Schemas) {
    let mut inside = Vec::new();
    let mut flat = Vec::new();
    for (name, schema) in &*schemas {
        let RefOr::T(Schema::AllOf(all)) = schema else { continue };
        if let Some((one_of, of)) = spread(schemas, all) {
            flat.push((name.clone(), one_of));
            inside.push(of);
        }
    }
    for (name, one_of) in flat {
        schemas.insert(name, RefOr::T(Schema::OneOf(one_of)));
    }
    for name in inside {
        schemas.remove(&name);
    }
    // The reverse case: a struct whose fields are placed among those of an enum's objects.
    let all = schemas.clone();
    for schema in schemas.values_mut() {
        let RefOr::T(Schema::OneOf(one_of)) = schema else { continue };
        for item in &mut one_of.items {
            if let RefOr::T(Schema::AllOf(parts)) = item
                && let Some(object) = whole(&all, parts)
            {
                *item = RefOr::T(Schema::Object(object));
            }
        }
    }
}

fn spread(schemas: &Schemas, all: &AllOf) -> Option<(OneOf, String)> {
    let mut around = Vec::new();
    let mut alternatives = None;
    for item in &all.items {
        match item {
            RefOr::T(Schema::Object(object)) => around.push(object),
            RefOr::Ref(to) => {
                let name = to.ref_location.rsplit('/').next()?;
                let RefOr::T(Schema::OneOf(one_of)) = schemas.get(name)? else { return None };
                alternatives = Some((one_of, name));
            }
            RefOr::T(_) => return None,
        }
    }
    let (one_of, name) = alternatives?;
    let items = one_of.items.iter().map(|item| match item {
        RefOr::T(Schema::Object(object)) => Some(RefOr::T(Schema::Object(joined(&around, object)))),
        _ => None,
    });
    let items = items.collect::<Option<Vec<_>>>()?;
    Some((OneOf { items, description: all.description.clone(), ..OneOf::new() }, name.to_owned()))
}

fn whole(schemas: &Schemas, all: &AllOf) -> Option<Object> {
    let object = |item| match item {
        &RefOr::T(Schema::Object(ref object)) => Some(object),
        RefOr::Ref(to) => match schemas.get(to.ref_location.rsplit('/').next()?)? {
            RefOr::T(Schema::Object(object)) => Some(object),
            _ => None,
        },
        RefOr::T(_) => None,
    };
    let objects = all.items.iter().map(object).collect::<Option<Vec<_>>>()?;
    let (own, around) = objects.split_last()?;
    Some(joined(around, own))
}

fn joined(around: &[&Object], own: &Object) -> Object {
    let mut whole = own.clone();
    for object in around.iter().rev() {
        let mut properties = object.properties.clone();
        properties.extend(std::mem::take(&mut whole.properties));
        whole.properties = properties;
        let mut required = object.required.clone();
        required.append(&mut whole.required);
        whole.required = required;
    }
    whole
}

/// `message` of `Event` becomes `EventMessage`.
fn entitle(of: &str, item: &mut RefOr<Schema>) {
    let RefOr::T(Schema::Object(object)) = item else { return };
    let tag = object.properties.values().find_map(|property| match property {
        RefOr::T(Schema::Object(Object { enum_values: Some(values), .. })) => match values.as_slice() {
            [only] => only.as_str(),
            _ => None,
        },
        _ => None,
    });
    if let Some(tag) = tag {
        let words = tag.split('_').map(|word| {
            let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
            first.to_uppercase() + rest
        });
        object.title = Some(of.to_owned() + &words.collect::<String>());
    }
}
