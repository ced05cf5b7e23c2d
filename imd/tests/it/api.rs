//! Every operation of the published schema, ready to be asked by anyone: what the tests about routes are made from, so
//! that a new route is tested the day it is made.

use reqwest::Method;
use serde_json::Value;

use crate::door::{Door, Reply};

/// One operation of the API.
#[derive(Debug, Clone)]
pub struct Operation {
    pub method: Method,
    /// As published, with `{names}`.
    pub path: String,
    /// Does the schema say that anyone may call it?
    pub public: bool,
    pub takes_json: bool,
    /// Query parameters' names.
    pub query: Vec<String>,
}

/// All of them.
pub fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(imd::http::document()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            // HEAD is GET without the body that the tests look at; `/metrics` knows the box's own programs, as which they ask.
            if method == Method::HEAD || path == "/metrics" {
                continue;
            }
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let query =
                parameters.iter().filter(|p| p["in"] == "query").map(|p| p["name"].as_str().unwrap().to_owned());
            operations.push(Operation {
                method,
                path: path.clone(),
                public: operation["security"].as_array().is_none_or(Vec::is_empty),
                takes_json: operation["requestBody"]["content"].get("application/json").is_some(),
                query: query.collect(),
            });
        }
    }
    assert!(operations.len() > 40, "the schema is there: {operations:?}");
    operations
}

impl Operation {
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The path with `value` in every place.
    pub fn filled(&self, value: &str) -> String {
        let mut path = String::new();
        for part in self.path.split('/').skip(1) {
            path.push('/');
            path.push_str(if part.starts_with('{') { value } else { part });
        }
        path
    }

    /// A request with ids that may exist and an empty body.
    pub fn request(&self, door: &Door) -> reqwest::RequestBuilder {
        let request = door.request(self.method.clone(), &self.filled("1"));
        if self.takes_json { request.json(&Value::Object(serde_json::Map::new())) } else { request }
    }

    /// Asks as the holder of `token`.
    pub async fn ask(&self, door: &Door, token: &str) -> Reply {
        Reply::of(self.request(door).bearer_auth(token)).await
    }
}
