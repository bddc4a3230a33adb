//! Who is calling, and may they: used by the API, the gateway and the console alike.
//!
//! A request that arrives passes through three steps here:
//! 1. **Authenticate.** [`Authenticator::identify`] finds out from the head alone who claims to be calling and
//!    refuses whoever cannot be; [`Identified::verify`] then checks the signature, once the body's hash is known.
//!    Between the two lies the only moment at which a body is read for somebody not yet proven.
//! 2. **Authorize.** [`authorize()`] gathers every policy that applies to the [`Caller`] from a snapshot of the
//!    account and decides one [`Ask`].
//! 3. **Explain.** The evidence of a denial goes into the [`DecisionLog`], under the request's id, and can be
//!    decided anew with reasons for as long as it is kept.
//!
//! Enforcement points ask about somebody else: a [`Subject`], whom [`decide_about`] decides on as it would on a caller.
//!
//! Beside them live the [`Vault`], which seals what must be secret in the store, and the [`Keyring`], under whose
//! keys the tokens of sessions are sealed.
//!
//! Invariants:
//! - A [`Caller`] exists only for a request whose signature was verified (or whose bearer key or sealed sign-in was),
//!   and the anonymous one for a request without.
//! - Principal keys in a decision's context come from here and nowhere else; nothing in a request can set them.
//! - Doubt is a refusal: what cannot be read, found or loaded denies.

mod access_key;
mod ask;
mod attempts;
mod authenticate;
mod authentication_error;
mod authorize;
mod bearer;
mod bearer_cache;
mod caller;
mod claim;
mod credentials;
mod decision_log;
mod denial;
mod entity;
mod evidence;
mod federated_role;
mod forward_access;
mod identity;
mod key_age;
mod last_use;
mod living;
mod master_key;
mod message;
mod new_password;
mod password;
mod password_rules;
mod peer;
mod policies;
mod proven;
mod request_facts;
mod request_id;
mod reserved;
mod revocation;
mod second_factor;
mod secret;
mod session;
mod session_cache;
mod sign_in;
mod signing_cache;
mod simulation;
mod stored_keys;
mod subject;
mod totp;
mod vault;
mod verdict;

pub use access_key::FreshAccessKey;
pub use ask::{Ask, DenialForm};
pub use attempts::{Attempts, Guessed, TooManyAttempts};
pub use authenticate::{Authenticator, Identified};
pub use authentication_error::{AuthenticationError, InvalidCredentials};
pub use authorize::{authorize, mentions};
pub use bearer::{BearerPurpose, bearer_key};
pub use caller::Caller;
pub use claim::{Claim, Claimed};
pub use credentials::CredentialRefusal;
pub use decision_log::{DecisionLog, DecisionLogLimits};
pub use evidence::{Evidence, Explanation};
pub use federated_role::FederatedSession;
pub use forward_access::OnBehalfError;
pub use identity::Identity;
pub use key_age::key_age_days;
pub use master_key::{MasterKey, MasterKeyError};
pub use message::{DecodedMessage, EncodedMessage, MESSAGE_CHARACTERS_MAX};
pub use new_password::{NewPasswordError, password_grant};
pub use password::{PasswordError, PasswordRefusal, Passwords, SignIn};
pub use password_rules::{PasswordRules, PasswordViolation};
pub use peer::Peer;
pub use request_facts::RequestFacts;
pub use request_id::RequestId;
pub use revocation::{Holder, RevocationError, RevokeSessions};
pub use second_factor::{SecondFactorError, SecondFactors};
pub use secret::{SecretBytes, SecretText};
pub use session::{
    Federation, FederationKeys, FederationKind, IssuedSession, Keyring, KeyringError, Login, NewSession,
    OnBehalf, Origin, SESSION_SECONDS_MAX, SealedRingKey, Session, SessionKind, SessionTag,
    TOKEN_CHARACTERS_MAX, TokenError,
};
pub use simulation::{NamedKind, SimulatedAsk, SimulatedPolicies, Simulation};
pub use stored_keys::{Rotation, StoredKeysError, open_vault};
pub use subject::{
    AskAbout, Circumstances, Subject, SubjectError, SuppliedKeyError, account_of_principal, decide_about,
};
pub use totp::{Accepted, CODE_DIGITS, SEED_BYTES, Totp};
pub use vault::{OpenedVault, Place, Vault, VaultError};
pub use verdict::Verdict;
