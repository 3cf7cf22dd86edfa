//! Listings as documents: each element in its place.

use cairn_types::{BucketName, UnixMillis, UploadId, VersionId};
use http::header::HeaderValue;
use http::{HeaderMap, Method};
use proptest::prelude::{any, prop_assert_eq, proptest};

use super::list_entries::example;
use super::{
    AccessControlOutput, AttributesPart, BucketEntry, CompleteMultipartUploadOutput, CreateMultipartUploadOutput,
    DeleteObjectOutput, GetObjectAttributesOutput, ListBucketsOutput, ListEntry, ListMultipartUploadsOutput,
    ListObjectVersionsOutput, ListObjectsOutput, ListObjectsV2Output, ListPartsOutput, ObjectFacts, Owner, PartEntry,
    ShownSettings, UploadEntry, UploadListEntry, VersionEntry, VersionListEntry,
};
use crate::address::Addressing;
use crate::checksum::{ChecksumAlgorithm, ChecksumType, UploadChecksum};
use crate::condition::ETag;
use crate::head::RequestHead;
use crate::header::{StandardHeaders, StorageClass, UserMetadata};
use crate::operation::{Operation, S3Request};
use crate::range::PartNumber;
use crate::xml::Document;

const ENTRY: &str = "<LastModified>1970-01-01T00:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag>\
                     <Size>7</Size><StorageClass>STANDARD</StorageClass>";
const OWNER: &str = "<Owner><ID>abc</ID></Owner>";

fn request(method: &Method, target: &str, headers: &[(&'static str, &'static str)]) -> Operation {
    let mut map = HeaderMap::new();
    map.insert("host", HeaderValue::from_static("h"));
    for (name, value) in headers {
        map.insert(*name, HeaderValue::from_static(value));
    }
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let head = RequestHead { method, authority: None, path, query, headers: &map };
    S3Request::parse(&head, &Addressing::default()).expect(target).operation
}

fn v1(target: &str, output: ListObjectsOutput) -> String {
    let Operation::ListObjects(request) = request(&Method::GET, target, &[]) else { panic!("{target}") };
    output.into_response(&request).bare()
}

fn v2(target: &str, output: ListObjectsV2Output) -> String {
    let Operation::ListObjectsV2(request) = request(&Method::GET, target, &[]) else { panic!("{target}") };
    output.into_response(&request).bare()
}

fn entries() -> Vec<ListEntry> {
    vec![ListEntry::CommonPrefix("a b/".into()), ListEntry::Object(example("b+c"))]
}

#[test]
fn the_first_listing_echoes_its_marker_and_pages_by_name() {
    assert_eq!(
        v1("/bkt", ListObjectsOutput { entries: vec![], is_truncated: false }),
        "<ListBucketResult><Name>bkt</Name><Prefix></Prefix><Marker></Marker><MaxKeys>1000</MaxKeys>\
         <IsTruncated>false</IsTruncated></ListBucketResult>"
    );
    let mut owned = example("k");
    owned.owner = Some(Owner::example());
    let page = ListObjectsOutput { entries: vec![ListEntry::Object(owned)], is_truncated: true };
    let contents = ENTRY.replace("<StorageClass>", &format!("{OWNER}<StorageClass>"));
    assert_eq!(
        v1("/bkt?marker=a&max-keys=1", page),
        format!(
            "<ListBucketResult><Name>bkt</Name><Prefix></Prefix><Marker>a</Marker><MaxKeys>1</MaxKeys>\
             <IsTruncated>true</IsTruncated><Contents><Key>k</Key>{contents}</Contents></ListBucketResult>"
        )
    );
    let page = ListObjectsOutput { entries: entries(), is_truncated: true };
    assert_eq!(
        v1("/bkt?delimiter=/&encoding-type=url&prefix=%20", page),
        format!(
            "<ListBucketResult><Name>bkt</Name><Prefix>%20</Prefix><Marker></Marker><NextMarker>b%2Bc</NextMarker>\
             <MaxKeys>1000</MaxKeys><Delimiter>/</Delimiter><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>\
             <Contents><Key>b%2Bc</Key>{ENTRY}</Contents><CommonPrefixes><Prefix>a%20b/</Prefix></CommonPrefixes>\
             </ListBucketResult>"
        )
    );
}

#[test]
fn the_second_listing_counts_and_pages_by_token() {
    let page = ListObjectsV2Output { entries: entries(), is_truncated: true };
    let last = crate::operation::ListPosition::AfterKey("b+c".into()).to_token("bkt");
    let mut with_checksum = example("k");
    with_checksum.checksum = Some((ChecksumAlgorithm::Crc32, ChecksumType::FullObject));
    assert_eq!(
        v2("/bkt?list-type=2&delimiter=/&start-after=x&continuation-token=", page),
        format!(
            "<ListBucketResult><Name>bkt</Name><Prefix></Prefix><StartAfter>x</StartAfter>\
             <ContinuationToken></ContinuationToken><NextContinuationToken>{last}</NextContinuationToken>\
             <KeyCount>2</KeyCount><MaxKeys>1000</MaxKeys><Delimiter>/</Delimiter><IsTruncated>true</IsTruncated>\
             <Contents><Key>b+c</Key>{ENTRY}</Contents><CommonPrefixes><Prefix>a b/</Prefix></CommonPrefixes></ListBucketResult>"
        )
    );
    let page = ListObjectsV2Output { entries: vec![ListEntry::Object(with_checksum)], is_truncated: false };
    let checksum = "</ETag><ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>";
    assert!(v2("/bkt?list-type=2", page).contains(&ENTRY.replace("</ETag>", checksum)));
}

#[test]
fn versions_and_markers_are_interleaved() {
    let target = "/bkt?versions&delimiter=/&key-marker=a&version-id-marker=null";
    let Operation::ListObjectVersions(request) = request(&Method::GET, target, &[]) else { panic!("{target}") };
    let marker = VersionEntry::DeleteMarker {
        version_id: VersionId::Null,
        is_latest: true,
        key: "k".into(),
        last_modified: UnixMillis(0),
        owner: Some(Owner::example()),
    };
    let version = VersionEntry::Object { version_id: VersionId::Null, is_latest: false, object: example("k") };
    let entries = vec![VersionListEntry::Version(marker), VersionListEntry::Version(version)];
    let output = ListObjectVersionsOutput { entries, is_truncated: true };
    assert_eq!(
        output.into_response(&request).bare(),
        format!(
            "<ListVersionsResult><Name>bkt</Name><Prefix></Prefix><KeyMarker>a</KeyMarker><VersionIdMarker>null</VersionIdMarker>\
             <NextKeyMarker>k</NextKeyMarker><NextVersionIdMarker>null</NextVersionIdMarker><MaxKeys>1000</MaxKeys>\
             <Delimiter>/</Delimiter><IsTruncated>true</IsTruncated><DeleteMarker><Key>k</Key><VersionId>null</VersionId>\
             <IsLatest>true</IsLatest><LastModified>1970-01-01T00:00:00.000Z</LastModified>{OWNER}</DeleteMarker>\
             <Version><Key>k</Key><VersionId>null</VersionId><IsLatest>false</IsLatest>{ENTRY}</Version></ListVersionsResult>"
        )
    );
    let prefixes = vec![VersionListEntry::CommonPrefix("p/".into())];
    let page = ListObjectVersionsOutput { entries: prefixes, is_truncated: true }.into_response(&request).bare();
    assert!(page.contains("<NextKeyMarker>p/</NextKeyMarker><MaxKeys>"));
    assert!(page.ends_with("<CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes></ListVersionsResult>"));
}

#[test]
fn uploads_and_parts_name_who_began_them() {
    let Operation::ListMultipartUploads(listing) = request(&Method::GET, "/bkt?uploads&prefix=k", &[]) else {
        panic!("uploads")
    };
    let upload_id = UploadId(*b"0123456789abcdef");
    let promised = UploadChecksum::new(ChecksumAlgorithm::Sha1, ChecksumType::Composite).expect("a pair");
    let upload = UploadEntry {
        key: "k".into(),
        upload_id,
        initiator: Owner::example(),
        owner: Owner::example(),
        initiated: UnixMillis(0),
        checksum: Some(promised),
        storage_class: StorageClass::Standard,
    };
    let output = ListMultipartUploadsOutput { entries: vec![UploadListEntry::Upload(upload)], is_truncated: true };
    let checksum = "<ChecksumAlgorithm>SHA1</ChecksumAlgorithm><ChecksumType>COMPOSITE</ChecksumType>";
    assert_eq!(
        output.into_response(&listing).bare(),
        format!(
            "<ListMultipartUploadsResult><Bucket>bkt</Bucket><KeyMarker></KeyMarker><UploadIdMarker></UploadIdMarker>\
             <NextKeyMarker>k</NextKeyMarker><NextUploadIdMarker>{upload_id}</NextUploadIdMarker><Prefix>k</Prefix>\
             <MaxUploads>1000</MaxUploads><IsTruncated>true</IsTruncated><Upload><Key>k</Key><UploadId>{upload_id}</UploadId>\
             <Initiator><ID>abc</ID></Initiator>{OWNER}<StorageClass>STANDARD</StorageClass>\
             <Initiated>1970-01-01T00:00:00.000Z</Initiated>{checksum}</Upload></ListMultipartUploadsResult>"
        )
    );

    let target = format!("/bkt/k?uploadId={upload_id}&part-number-marker=1");
    let Operation::ListParts(listing) = request(&Method::GET, &target, &[]) else { panic!("parts") };
    let part = PartEntry {
        number: PartNumber::new(2).expect("a number"),
        last_modified: UnixMillis(0),
        etag: ETag::new("e"),
        size: 7,
        checksum: None,
    };
    let output = ListPartsOutput {
        initiator: Owner::example(),
        owner: Owner::example(),
        checksum: Some(promised),
        storage_class: StorageClass::Standard,
        parts: vec![part],
        is_truncated: true,
    };
    assert_eq!(
        output.into_response(&listing).bare(),
        format!(
            "<ListPartsResult><Bucket>bkt</Bucket><Key>k</Key><UploadId>{upload_id}</UploadId><Initiator><ID>abc</ID></Initiator>\
             {OWNER}<StorageClass>STANDARD</StorageClass><PartNumberMarker>1</PartNumberMarker>\
             <NextPartNumberMarker>2</NextPartNumberMarker><MaxParts>1000</MaxParts><IsTruncated>true</IsTruncated><Part>\
             <PartNumber>2</PartNumber><LastModified>1970-01-01T00:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag>\
             <Size>7</Size></Part>{checksum}</ListPartsResult>"
        )
    );
}

#[test]
fn buckets_are_paged_by_token() {
    let Operation::ListBuckets(listing) = request(&Method::GET, "/?max-buckets=1&prefix=b", &[]) else {
        panic!("buckets")
    };
    let bucket =
        BucketEntry { name: BucketName::parse("bkt").expect("name"), created: UnixMillis(0), region: "eu-1".into() };
    let output = ListBucketsOutput { owner: Owner::example(), buckets: vec![bucket], is_truncated: true };
    let token = crate::operation::ListBuckets::token_after("bkt");
    assert_eq!(
        output.into_response(&listing).bare(),
        format!(
            "<ListAllMyBucketsResult>{OWNER}<Buckets><Bucket><Name>bkt</Name>\
             <CreationDate>1970-01-01T00:00:00.000Z</CreationDate><BucketRegion>eu-1</BucketRegion></Bucket></Buckets>\
             <Prefix>b</Prefix><ContinuationToken>{token}</ContinuationToken></ListAllMyBucketsResult>"
        )
    );
    let next = format!("/?continuation-token={token}");
    let Operation::ListBuckets(next) = request(&Method::GET, &next, &[]) else { panic!("buckets") };
    assert_eq!(next.position.expect("a position").as_str(), "bkt");
}

#[test]
fn uploads_begin_and_end_with_documents() {
    let headers = [("x-amz-checksum-algorithm", "CRC32")];
    let Operation::CreateMultipartUpload(create) = request(&Method::POST, "/bkt/a%26b?uploads", &headers) else {
        panic!("create")
    };
    let upload_id = UploadId(*b"0123456789abcdef");
    let created = CreateMultipartUploadOutput { upload_id }.into_response(&create);
    assert_eq!(
        created.bare(),
        format!(
            "<InitiateMultipartUploadResult><Bucket>bkt</Bucket><Key>a&amp;b</Key><UploadId>{upload_id}</UploadId>\
             </InitiateMultipartUploadResult>"
        )
    );
    assert_eq!(created.head.headers["x-amz-checksum-type"], "COMPOSITE");
    let target = format!("/bkt/k?uploadId={upload_id}");
    let Operation::CompleteMultipartUpload(complete) = request(&Method::POST, &target, &[]) else { panic!("complete") };
    let output = CompleteMultipartUploadOutput {
        location: "http://h/bkt/k".into(),
        etag: ETag::new("e-2"),
        checksum: Some(super::checksum_fields::example()),
        version_id: Some(VersionId::Null),
    };
    let response = output.into_response(&complete);
    assert_eq!(
        response.bare(),
        "<CompleteMultipartUploadResult><Location>http://h/bkt/k</Location><Bucket>bkt</Bucket><Key>k</Key>\
         <ETag>&quot;e-2&quot;</ETag><ChecksumCRC32>AAAAAQ==</ChecksumCRC32><ChecksumType>FULL_OBJECT</ChecksumType>\
         </CompleteMultipartUploadResult>"
    );
    assert!(response.document_text().starts_with(crate::xml::DECLARATION));
    assert_eq!(response.head.headers["x-amz-version-id"], "null");
}

#[test]
fn attributes_are_those_asked_for() {
    let object = ObjectFacts {
        size: 7,
        etag: ETag::new("e-1"),
        last_modified: UnixMillis(0),
        headers: StandardHeaders::default(),
        user_metadata: UserMetadata::default(),
        checksum: Some(super::checksum_fields::example()),
        parts_count: Some(1),
        version_id: None,
        settings: ShownSettings::default(),
    };
    let part = AttributesPart {
        number: PartNumber::new(1).expect("a number"),
        size: 7,
        checksum: Some(super::checksum_fields::example().value()),
    };
    let answer = |attributes: &'static str| {
        let headers = [("x-amz-object-attributes", attributes)];
        let Operation::GetObjectAttributes(request) = request(&Method::GET, "/bkt/k?attributes", &headers) else {
            panic!("attributes")
        };
        let (object, parts) = (object.clone(), vec![part.clone()]);
        GetObjectAttributesOutput { object, parts, is_truncated: false }.into_response(&request).bare()
    };
    assert_eq!(
        answer("ETag,ObjectSize,StorageClass"),
        "<GetObjectAttributesResponse><ETag>e-1</ETag><StorageClass>STANDARD</StorageClass><ObjectSize>7</ObjectSize>\
         </GetObjectAttributesResponse>"
    );
    assert_eq!(
        answer("Checksum, ObjectParts"),
        "<GetObjectAttributesResponse><Checksum><ChecksumCRC32>AAAAAQ==</ChecksumCRC32><ChecksumType>FULL_OBJECT</ChecksumType>\
         </Checksum><ObjectParts><IsTruncated>false</IsTruncated><MaxParts>1000</MaxParts>\
         <NextPartNumberMarker>1</NextPartNumberMarker><PartNumberMarker>0</PartNumberMarker><Part>\
         <ChecksumCRC32>AAAAAQ==</ChecksumCRC32><PartNumber>1</PartNumber><Size>7</Size></Part><PartsCount>1</PartsCount>\
         </ObjectParts></GetObjectAttributesResponse>"
    );
}

#[test]
fn access_lists_grant_the_owner_alone() {
    let answer = AccessControlOutput::owner_only(Owner::example()).into_response().bare();
    assert_eq!(
        answer,
        format!(
            "<AccessControlPolicy>{OWNER}<AccessControlList><Grant><Grantee \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\"><ID>abc</ID></Grantee>\
             <Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>"
        )
    );
}

#[test]
fn there_are_no_tags() {}

#[test]
fn a_delete_tells_ids_only_where_there_are_some() {
    let plain = DeleteObjectOutput::default().into_response();
    assert_eq!((plain.head.status.as_u16(), plain.head.headers.len()), (204, 0));
    let marker = DeleteObjectOutput { version_id: Some(VersionId::Null), delete_marker: true }.into_response();
    assert_eq!(marker.head.headers["x-amz-delete-marker"], "true");
    assert_eq!(marker.head.headers["x-amz-version-id"], "null");
}

proptest! {
    /// Whatever keys a bucket holds, a page of them is XML, and `encoding-type=url` brings them back.
    #[test]
    fn pages_read_back_whatever_the_keys(keys in proptest::collection::vec("[\\x01-\\x7f\\PC]{1,20}", 0..6), url in any::<bool>()) {
        let target = if url { "/bkt?encoding-type=url" } else { "/bkt" };
        let entries = keys.iter().map(|key| ListEntry::Object(example(key))).collect();
        let Operation::ListObjects(request) = request(&Method::GET, target, &[]) else { panic!("{target}") };
        let response = ListObjectsOutput { entries, is_truncated: false }.into_response(&request);
        let mut document = Document::open(response.document_text().as_bytes(), "ListBucketResult").expect("root");
        let mut back = Vec::new();
        while let Some(name) = document.next_child().expect("child") {
            if name == "Contents" {
                prop_assert_eq!(document.next_child().expect("key"), Some("Key".to_owned()));
                back.push(document.text().expect("text"));
                while document.next_child().expect("rest").is_some() {
                    document.skip().expect("rest");
                }
            } else {
                document.skip().expect("other");
            }
        }
        document.finish().expect("end");
        prop_assert_eq!(back.len(), keys.len());
        if url {
            let decoded = |text: &String| crate::address::percent_decode(text).expect("decodes").into_owned();
            let back: Vec<Vec<u8>> = back.iter().map(decoded).collect();
            prop_assert_eq!(back, keys.into_iter().map(String::into_bytes).collect::<Vec<_>>());
        }
    }
}
