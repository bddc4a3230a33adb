//! Roles that belong to services. The account makes and deletes them, and can change nothing else of them but tags and
//! descriptions: that rule is the directory's.

pub(crate) mod create_service_linked_role;
pub(crate) mod delete_service_linked_role;
pub(crate) mod get_service_linked_role_deletion_status;
