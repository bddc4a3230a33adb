//! OpenID Connect tokens.
