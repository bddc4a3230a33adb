//! Role templates: AWS's services own them, and here are none. Parameters and permissions are checked first.
// Differs from AWS: see `docs/differences-from-aws.md`.

pub(crate) mod acquire_role;
pub(crate) mod get_role_template_version;

mod template;
