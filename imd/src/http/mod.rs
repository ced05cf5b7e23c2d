//! HTTP: routes, sign-in and the shape of answers. Decides nothing about rooms or people.

pub mod blob_response;
