//! JSON bodies in requests and responses, with our own refusals for malformed ones.

use axum::body::{BodyDataStream, Bytes};
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::authentication::text;
use super::{AppState, Problem};
use crate::actions::picture::Image;
use crate::wire::{ErrorCode, Object};

/// Like `axum::Json`, but refusals have the one error shape.
#[derive(Debug, Clone)]
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<AppState> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        match axum::Json::<Object<T>>::from_request(request, state).await {
            Ok(axum::Json(Object(value))) => Ok(Self(value)),
            Err(rejection) => Err(code(&rejection).into()),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// A new resource: 201 with its location and its representation.
#[derive(Debug, Clone)]
pub(super) struct Made<T>(pub(super) String, pub(super) T);

impl<T: Serialize> IntoResponse for Made<T> {
    fn into_response(self) -> Response {
        let place = HeaderValue::try_from(self.0).ok().map(|place| [(header::LOCATION, place)]);
        (StatusCode::CREATED, place, axum::Json(self.1)).into_response()
    }
}

/// A small body as raw bytes, up to the route's limit.
#[derive(Debug, Clone)]
pub(super) struct Raw(pub(super) Bytes);

impl FromRequest<AppState> for Raw {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        match Bytes::from_request(request, state).await {
            Ok(body) => Ok(Self(body)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(ErrorCode::PayloadTooLarge.into())
            }
            Err(_) => Err(ErrorCode::UploadInterrupted.into()),
        }
    }
}

/// The body of a picture. It is read as it arrives, and not before it is known who sends it.
pub(super) struct Picture(pub(super) Image<BodyDataStream>);

impl FromRequest<AppState> for Picture {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, Problem> {
        let len = text(request.headers(), header::CONTENT_LENGTH).and_then(|len| len.parse().ok());
        Ok(Self(Image { body: request.into_body().into_data_stream(), len }))
    }
}

fn code(rejection: &JsonRejection) -> ErrorCode {
    match rejection {
        JsonRejection::MissingJsonContentType(_) => ErrorCode::UnsupportedMediaType,
        JsonRejection::BytesRejection(_) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            ErrorCode::PayloadTooLarge
        }
        JsonRejection::BytesRejection(_) => ErrorCode::UploadInterrupted,
        _ => ErrorCode::BadRequest,
    }
}

/// Like `axum::extract::Path`, but a segment that is no number is `not_found`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Path<T>(pub(super) T);

impl<T: DeserializeOwned + Send> axum::extract::FromRequestParts<AppState> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, state: &AppState) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(ErrorCode::NotFound.into()),
        }
    }
}

/// Like `axum::extract::Query`, but refusals have the one error shape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned> axum::extract::FromRequestParts<AppState> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, state: &AppState) -> Result<Self, Problem> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(_) => Err(ErrorCode::BadRequest.into()),
        }
    }
}
