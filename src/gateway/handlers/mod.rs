//! One file per operation: a handler asks the layers below and says what came of it. It parses nothing, retries nothing and
//! maps no error by hand.

mod abort_multipart_upload;
mod acl;
mod append_object;
mod bucket_acl;
mod bucket_configuration;
mod complete_multipart_upload;
mod copy_object;
mod create_bucket;
mod create_multipart_upload;
mod delete_bucket;
mod delete_object;
mod delete_objects;
mod encryption;
mod get_bucket;
mod get_object;
mod get_object_attributes;
mod head_object;
mod list_buckets;
mod list_multipart_uploads;
mod list_object_versions;
mod list_objects;
mod list_objects_v2;
mod list_parts;
mod listing;
mod lookup;
mod new_object;
mod object_acl;
mod object_lock;
mod object_shown;
mod object_tagging;
mod post_object;
mod preflight;
mod put_object;
mod rename_object;
mod rows;
mod sts;
mod upload_part;
mod upload_part_copy;

pub(crate) use abort_multipart_upload::abort_multipart_upload;
pub(crate) use bucket_acl::{get_bucket_acl, put_bucket_acl};
pub(crate) use bucket_configuration::{
    delete_bucket_configuration, get_bucket_configuration, list_resource_tags, put_bucket_configuration, tag_resource,
    untag_resource,
};
pub(crate) use complete_multipart_upload::complete_multipart_upload;
pub(crate) use copy_object::copy_object;
pub(crate) use create_bucket::create_bucket;
pub(crate) use create_multipart_upload::create_multipart_upload;
pub(crate) use delete_bucket::delete_bucket;
pub(crate) use delete_object::delete_object;
pub(crate) use delete_objects::delete_objects;
pub(crate) use get_bucket::{get_bucket_location, head_bucket};
pub(crate) use get_object::get_object;
pub(crate) use get_object_attributes::get_object_attributes;
pub(crate) use head_object::head_object;
pub(crate) use list_buckets::list_buckets;
pub(crate) use list_multipart_uploads::list_multipart_uploads;
pub(crate) use list_object_versions::list_object_versions;
pub(crate) use list_objects::list_objects;
pub(crate) use list_objects_v2::list_objects_v2;
pub(crate) use list_parts::list_parts;
pub(crate) use object_acl::{get_object_acl, put_object_acl};
pub(crate) use object_lock::{get_object_configuration, put_object_legal_hold, put_object_retention};
pub(crate) use object_tagging::{delete_object_tagging, get_object_tagging, put_object_tagging};
pub(crate) use post_object::{PostedPlace, post_object};
pub(crate) use preflight::preflight;
pub(crate) use put_object::put_object;
pub(crate) use rename_object::rename_object;
pub(crate) use sts::sts;
pub(crate) use upload_part::upload_part;
pub(crate) use upload_part_copy::upload_part_copy;
