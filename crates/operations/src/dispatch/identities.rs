//! Users, groups and roles, and the instance profiles that roles stand in.

use lanyard_aws_api::{OperationId, OperationId as Id};

use crate::handling::{Handler, Reading, Writing};
use crate::iam::group::{
    add_user_to_group::AddUserToGroup, attach_group_policy::AttachGroupPolicy, create_group::CreateGroup,
    delete_group::DeleteGroup, delete_group_policy::DeleteGroupPolicy,
    detach_group_policy::DetachGroupPolicy, get_group::GetGroup, get_group_policy::GetGroupPolicy,
    list_attached_group_policies::ListAttachedGroupPolicies, list_group_policies::ListGroupPolicies,
    list_groups::ListGroups, list_groups_for_user::ListGroupsForUser, put_group_policy::PutGroupPolicy,
    remove_user_from_group::RemoveUserFromGroup, update_group::UpdateGroup,
};
use crate::iam::instance_profile::{
    add_role_to_instance_profile::AddRoleToInstanceProfile, create_instance_profile::CreateInstanceProfile,
    delete_instance_profile::DeleteInstanceProfile, get_instance_profile::GetInstanceProfile,
    list_instance_profile_tags::ListInstanceProfileTags, list_instance_profiles::ListInstanceProfiles,
    list_instance_profiles_for_role::ListInstanceProfilesForRole,
    remove_role_from_instance_profile::RemoveRoleFromInstanceProfile,
    tag_instance_profile::TagInstanceProfile, untag_instance_profile::UntagInstanceProfile,
};
use crate::iam::role::{
    attach_role_policy::AttachRolePolicy, create_role::CreateRole, delete_role::DeleteRole,
    delete_role_permissions_boundary::DeleteRolePermissionsBoundary, delete_role_policy::DeleteRolePolicy,
    detach_role_policy::DetachRolePolicy, get_role::GetRole, get_role_policy::GetRolePolicy,
    list_attached_role_policies::ListAttachedRolePolicies, list_role_policies::ListRolePolicies,
    list_role_tags::ListRoleTags, list_roles::ListRoles,
    put_role_permissions_boundary::PutRolePermissionsBoundary, put_role_policy::PutRolePolicy,
    tag_role::TagRole, untag_role::UntagRole, update_assume_role_policy::UpdateAssumeRolePolicy,
    update_role::UpdateRole, update_role_description::UpdateRoleDescription,
};
use crate::iam::service_linked_role::{
    create_service_linked_role::CreateServiceLinkedRole, delete_service_linked_role::DeleteServiceLinkedRole,
    get_service_linked_role_deletion_status::GetServiceLinkedRoleDeletionStatus,
};
use crate::iam::user::{
    attach_user_policy::AttachUserPolicy, create_user::CreateUser, delete_user::DeleteUser,
    delete_user_permissions_boundary::DeleteUserPermissionsBoundary, delete_user_policy::DeleteUserPolicy,
    detach_user_policy::DetachUserPolicy, get_user::GetUser, get_user_policy::GetUserPolicy,
    list_attached_user_policies::ListAttachedUserPolicies, list_user_policies::ListUserPolicies,
    list_user_tags::ListUserTags, list_users::ListUsers,
    put_user_permissions_boundary::PutUserPermissionsBoundary, put_user_policy::PutUserPolicy,
    tag_user::TagUser, untag_user::UntagUser, update_user::UpdateUser,
};

/// Users, their policies, boundaries and tags.
pub(super) fn users(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::IamAttachUserPolicy => &Writing::<AttachUserPolicy>::NEW,
        Id::IamCreateUser => &Writing::<CreateUser>::NEW,
        Id::IamDeleteUser => &Writing::<DeleteUser>::NEW,
        Id::IamDeleteUserPermissionsBoundary => &Writing::<DeleteUserPermissionsBoundary>::NEW,
        Id::IamDeleteUserPolicy => &Writing::<DeleteUserPolicy>::NEW,
        Id::IamDetachUserPolicy => &Writing::<DetachUserPolicy>::NEW,
        Id::IamGetUser => &Reading::<GetUser>::NEW,
        Id::IamGetUserPolicy => &Reading::<GetUserPolicy>::NEW,
        Id::IamListAttachedUserPolicies => &Reading::<ListAttachedUserPolicies>::NEW,
        Id::IamListUserPolicies => &Reading::<ListUserPolicies>::NEW,
        Id::IamListUserTags => &Reading::<ListUserTags>::NEW,
        Id::IamListUsers => &Reading::<ListUsers>::NEW,
        Id::IamPutUserPermissionsBoundary => &Writing::<PutUserPermissionsBoundary>::NEW,
        Id::IamPutUserPolicy => &Writing::<PutUserPolicy>::NEW,
        Id::IamTagUser => &Writing::<TagUser>::NEW,
        Id::IamUntagUser => &Writing::<UntagUser>::NEW,
        Id::IamUpdateUser => &Writing::<UpdateUser>::NEW,
        _ => return None,
    })
}

/// Groups, their members and policies.
pub(super) fn groups(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::IamAddUserToGroup => &Writing::<AddUserToGroup>::NEW,
        Id::IamAttachGroupPolicy => &Writing::<AttachGroupPolicy>::NEW,
        Id::IamCreateGroup => &Writing::<CreateGroup>::NEW,
        Id::IamDeleteGroup => &Writing::<DeleteGroup>::NEW,
        Id::IamDeleteGroupPolicy => &Writing::<DeleteGroupPolicy>::NEW,
        Id::IamDetachGroupPolicy => &Writing::<DetachGroupPolicy>::NEW,
        Id::IamGetGroup => &Reading::<GetGroup>::NEW,
        Id::IamGetGroupPolicy => &Reading::<GetGroupPolicy>::NEW,
        Id::IamListAttachedGroupPolicies => &Reading::<ListAttachedGroupPolicies>::NEW,
        Id::IamListGroupPolicies => &Reading::<ListGroupPolicies>::NEW,
        Id::IamListGroups => &Reading::<ListGroups>::NEW,
        Id::IamListGroupsForUser => &Reading::<ListGroupsForUser>::NEW,
        Id::IamPutGroupPolicy => &Writing::<PutGroupPolicy>::NEW,
        Id::IamRemoveUserFromGroup => &Writing::<RemoveUserFromGroup>::NEW,
        Id::IamUpdateGroup => &Writing::<UpdateGroup>::NEW,
        _ => return None,
    })
}

/// Roles, their policies, boundaries and tags.
pub(super) fn roles(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::IamAttachRolePolicy => &Writing::<AttachRolePolicy>::NEW,
        Id::IamCreateRole => &Writing::<CreateRole>::NEW,
        Id::IamDeleteRole => &Writing::<DeleteRole>::NEW,
        Id::IamDeleteRolePermissionsBoundary => &Writing::<DeleteRolePermissionsBoundary>::NEW,
        Id::IamDeleteRolePolicy => &Writing::<DeleteRolePolicy>::NEW,
        Id::IamDetachRolePolicy => &Writing::<DetachRolePolicy>::NEW,
        Id::IamGetRole => &Reading::<GetRole>::NEW,
        Id::IamGetRolePolicy => &Reading::<GetRolePolicy>::NEW,
        Id::IamListAttachedRolePolicies => &Reading::<ListAttachedRolePolicies>::NEW,
        Id::IamListRolePolicies => &Reading::<ListRolePolicies>::NEW,
        Id::IamListRoleTags => &Reading::<ListRoleTags>::NEW,
        Id::IamListRoles => &Reading::<ListRoles>::NEW,
        Id::IamPutRolePermissionsBoundary => &Writing::<PutRolePermissionsBoundary>::NEW,
        Id::IamPutRolePolicy => &Writing::<PutRolePolicy>::NEW,
        Id::IamTagRole => &Writing::<TagRole>::NEW,
        Id::IamUntagRole => &Writing::<UntagRole>::NEW,
        Id::IamUpdateAssumeRolePolicy => &Writing::<UpdateAssumeRolePolicy>::NEW,
        Id::IamUpdateRole => &Writing::<UpdateRole>::NEW,
        Id::IamUpdateRoleDescription => &Writing::<UpdateRoleDescription>::NEW,
        Id::IamCreateServiceLinkedRole => &Writing::<CreateServiceLinkedRole>::NEW,
        Id::IamDeleteServiceLinkedRole => &Writing::<DeleteServiceLinkedRole>::NEW,
        Id::IamGetServiceLinkedRoleDeletionStatus => &Reading::<GetServiceLinkedRoleDeletionStatus>::NEW,
        _ => return None,
    })
}

/// Instance profiles, their roles and tags.
pub(super) fn instance_profiles(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::IamAddRoleToInstanceProfile => &Writing::<AddRoleToInstanceProfile>::NEW,
        Id::IamCreateInstanceProfile => &Writing::<CreateInstanceProfile>::NEW,
        Id::IamDeleteInstanceProfile => &Writing::<DeleteInstanceProfile>::NEW,
        Id::IamGetInstanceProfile => &Reading::<GetInstanceProfile>::NEW,
        Id::IamListInstanceProfileTags => &Reading::<ListInstanceProfileTags>::NEW,
        Id::IamListInstanceProfiles => &Reading::<ListInstanceProfiles>::NEW,
        Id::IamListInstanceProfilesForRole => &Reading::<ListInstanceProfilesForRole>::NEW,
        Id::IamRemoveRoleFromInstanceProfile => &Writing::<RemoveRoleFromInstanceProfile>::NEW,
        Id::IamTagInstanceProfile => &Writing::<TagInstanceProfile>::NEW,
        Id::IamUntagInstanceProfile => &Writing::<UntagInstanceProfile>::NEW,
        _ => return None,
    })
}
