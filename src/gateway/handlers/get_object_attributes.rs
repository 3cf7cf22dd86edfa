//! `GetObjectAttributes`

use cairn_catalog::query::BodyWish;
use cairn_catalog::rows::Nothing;
use cairn_objects::{ObjectRead, wire_value};
use cairn_s3::S3Error;
use cairn_s3::operation::{GetObjectAttributes, ObjectAttribute};
use cairn_s3::range::PartNumber;
use cairn_s3::response::{AttributesPart, GetObjectAttributesOutput};

use super::lookup::find_object;
use super::rows::facts;
use crate::encryption::check_customer_key;
use crate::pipeline::{Answer, Exchange, Governed, governed};

/// `GET /b/k?attributes`
pub(crate) async fn get_object_attributes(
    exchange: &Exchange,
    bucket: &mut Governed,
    get: GetObjectAttributes,
) -> Result<Answer, S3Error> {
    let wish = BodyWish::Nothing(Nothing::default());
    let found = find_object(exchange, bucket, (&get.key, get.version_id), wish).await?;
    check_customer_key(found.version().meta.encryption.as_ref(), get.customer_key.as_ref())?;
    let (parts, is_truncated) = parts(exchange, bucket, &get, &found).await?;
    let object = facts(bucket.bucket(), found.version());
    Ok(GetObjectAttributesOutput { object, parts, is_truncated }.into_response(&get).into())
}

/// The parts that are wanted, and whether there are more. Rows of parts that the object was not made of may lie among them.
async fn parts(
    exchange: &Exchange,
    bucket: &mut Governed,
    get: &GetObjectAttributes,
    found: &ObjectRead,
) -> Result<(Vec<AttributesPart>, bool), S3Error> {
    let Some(place) = found.in_parts().filter(|_| get.wants(ObjectAttribute::ObjectParts)) else {
        return Ok((Vec::new(), false));
    };
    let promised = found.version().facts.checksums.first().map(|sum| sum.algorithm);
    let objects = exchange.gateway.objects();
    let max = get.max_parts as usize;
    let mut after = u16::try_from(get.part_number_marker).unwrap_or(u16::MAX);
    let mut parts = Vec::new();
    loop {
        let window = (after, get.max_parts.saturating_add(1));
        let page = governed!(bucket, |view| objects.object_parts(&view, &get.key, place, window))?;
        for row in page.parts {
            after = row.number;
            let number = PartNumber::new(row.number).filter(|_| place.parts.contains(row.number));
            let Some(number) = number else { continue };
            if parts.len() == max {
                return Ok((parts, true));
            }
            let checksum = row.part.checksums.iter().find(|sum| Some(sum.algorithm) == promised);
            parts.push(AttributesPart { number, size: row.part.size, checksum: checksum.and_then(wire_value) });
        }
        if !page.more {
            return Ok((parts, false));
        }
    }
}
