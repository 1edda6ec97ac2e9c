//! What a request to the page gives: a query, a form, a part of its path. What can't be read as that is refused in
//! the words of the catalogue, and not in those of the framework.

use axum::extract::{FromRequest, FromRequestParts, Request, rejection::FormRejection};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::problem::Problem;
use crate::words::fail;

/// The query of a request.
pub struct Query<T>(pub T);

/// The form that a request sends.
pub struct Form<T>(pub T);

/// What the path of a request names.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(error) => {
                tracing::debug!(%error, "a query was refused");
                Err(fail!(Usage, "query-odd").into())
            }
        }
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::extract::Form::from_request(request, state).await {
            Ok(axum::extract::Form(form)) => Ok(Self(form)),
            Err(FormRejection::InvalidFormContentType(_)) => {
                Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, fail!(Usage, "form-no-form")))
            }
            Err(error) => {
                tracing::debug!(%error, "a form was refused");
                Err(fail!(Usage, "form-odd").into())
            }
        }
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(path)) => Ok(Self(path)),
            Err(error) => {
                tracing::debug!(%error, "a path was refused");
                Err(fail!(Usage, "path-odd").into())
            }
        }
    }
}
