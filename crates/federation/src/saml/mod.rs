//! SAML 2.0 assertions.
