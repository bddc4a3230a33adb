//! A SAML response of an identity provider that signs with RSA.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::Failure;
use crate::issuer::Signer;

/// When it is verified.
pub const NOW: &str = "2026-05-04T12:01:00Z";
/// Where it is sent.
pub const RECIPIENT: &str = "https://lanyard.example.com/saml";

const ENTITY: &str = "https://idp.example.net/metadata";
const PROVIDER: &str = "arn:aws:iam::111122223333:saml-provider/idp";

/// A response, and what of it is signed.
pub struct Response {
    /// As it is posted.
    pub base64: String,
    /// The text of it.
    pub text: String,
    /// What the signature is of.
    pub information: String,
    /// The signature.
    pub signature: Vec<u8>,
}

/// The metadata of the provider that signs with this key.
pub fn metadata(signer: &Signer) -> Result<String, Failure> {
    let private = signer.rsa_private().ok_or("not a key of RSA")?;
    let private = tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer::from(private);
    let key = rcgen::KeyPair::from_pkcs8_der_and_sign_algo(&private, &rcgen::PKCS_RSA_SHA256)?;
    let certificate = rcgen::CertificateParams::new(["idp.example.net".to_owned()])?.self_signed(&key)?;
    let certificate = STANDARD.encode(certificate.der());
    Ok(format!(
        r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{ENTITY}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor></md:IDPSSODescriptor></md:EntityDescriptor>"#
    ))
}

/// A response with a signed assertion, written in its canonical form.
pub fn response(signer: &Signer) -> Result<Response, Failure> {
    let attribute = |name: &str, value: &str| {
        format!(
            r#"<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/{name}"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>"#
        )
    };
    let attributes = [
        attribute("RoleSessionName", "carla@example.com"),
        attribute("SessionDuration", "3600"),
        attribute(
            "Role",
            &format!("arn:aws:iam::111122223333:role/deployer,{PROVIDER}"),
        ),
        attribute(
            "Role",
            &format!("arn:aws:iam::111122223333:role/reader,{PROVIDER}"),
        ),
    ]
    .concat();
    let assertion = format!(
        r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_assertion" IssueInstant="2026-05-04T12:00:00Z" Version="2.0"><saml:Issuer>{ENTITY}</saml:Issuer><saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">carla</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="2026-05-04T12:10:00Z" Recipient="{RECIPIENT}"></saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="2026-05-04T11:59:00Z" NotOnOrAfter="2026-05-04T12:10:00Z"><saml:AudienceRestriction><saml:Audience>{RECIPIENT}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="2026-05-04T12:00:00Z" SessionIndex="_session"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"#
    );
    let hash = STANDARD.encode(digest(&SHA256, assertion.as_bytes()));
    let information = format!(
        r##"<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod><ds:Reference URI="#_assertion"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>{hash}</ds:DigestValue></ds:Reference></ds:SignedInfo>"##
    );
    let signature = signer.sign(information.as_bytes())?;
    let enveloped = format!(
        r#"</saml:Issuer><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{information}<ds:SignatureValue>{}</ds:SignatureValue></ds:Signature>"#,
        STANDARD.encode(&signature)
    );
    let assertion = assertion.replacen("</saml:Issuer>", &enveloped, 1);
    let text = format!(
        r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Destination="{RECIPIENT}" ID="_response" IssueInstant="2026-05-04T12:00:00Z" Version="2.0"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{ENTITY}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"></samlp:StatusCode></samlp:Status>{assertion}</samlp:Response>"#
    );
    Ok(Response {
        base64: STANDARD.encode(&text),
        text,
        information,
        signature,
    })
}
