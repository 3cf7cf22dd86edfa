// Drives @aws-sdk/client-s3: one JSON line in, one JSON line out. Arguments: the directory of the packages, the endpoint.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const { createRequire } = require("node:module");
const { pipeline } = require("node:stream/promises");

const [packages, endpoint] = process.argv.slice(2);
const installed = createRequire(path.join(packages, "package.json"));
const sdk = installed("@aws-sdk/client-s3");
const { Upload } = installed("@aws-sdk/lib-storage");
const { createPresignedPost } = installed("@aws-sdk/s3-presigned-post");
const { getSignedUrl } = installed("@aws-sdk/s3-request-presigner");

const client = new sdk.S3Client({ endpoint, forcePathStyle: true, maxAttempts: 1 });
// Without this a signed URL holds the checksum of the body that the SDK knows: none.
const withoutChecksums = { requestChecksumCalculation: "WHEN_REQUIRED" };
const signing = new sdk.S3Client({ endpoint, forcePathStyle: true, ...withoutChecksums });

const operations = {
  async makeBucket({ bucket }) {
    await client.send(new sdk.CreateBucketCommand({ Bucket: bucket }));
  },
  async removeBucket({ bucket }) {
    await client.send(new sdk.DeleteBucketCommand({ Bucket: bucket }));
  },
  async buckets() {
    const answer = await client.send(new sdk.ListBucketsCommand({}));
    return (answer.Buckets ?? []).map((bucket) => bucket.Name);
  },
  async put({ bucket, key, path: file }) {
    const params = { Bucket: bucket, Key: key, Body: fs.createReadStream(file) };
    await new Upload({ client, params, partSize: 5 * 1024 * 1024 }).done();
  },
  async get({ bucket, key, path: file }) {
    const answer = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }));
    await pipeline(answer.Body, fs.createWriteStream(file));
  },
  async keys({ bucket }) {
    return (await list({ Bucket: bucket })).keys;
  },
  async folders({ bucket, prefix }) {
    return list({ Bucket: bucket, Prefix: prefix, Delimiter: "/" });
  },
  async copy({ bucket, source, target }) {
    const from = `${bucket}/${encodeURIComponent(source)}`;
    await client.send(new sdk.CopyObjectCommand({ Bucket: bucket, Key: target, CopySource: from }));
  },
  async remove({ bucket, key, version }) {
    const command = new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: version });
    const answer = await client.send(command);
    return { marker: answer.DeleteMarker ?? false, version: answer.VersionId ?? "" };
  },
  async putText({ bucket, key, text, tags, ifMatch, ifNoneMatch }) {
    const Tagging = tags && new URLSearchParams(tags).toString();
    const params = { Bucket: bucket, Key: key, Body: text, Tagging, IfMatch: ifMatch, IfNoneMatch: ifNoneMatch };
    const answer = await client.send(new sdk.PutObjectCommand(params));
    return { etag: answer.ETag, version: answer.VersionId ?? "" };
  },
  async getText({ bucket, key, range, version, ifMatch, ifNoneMatch }) {
    const which = { Bucket: bucket, Key: key, Range: range, VersionId: version };
    const answer = await client.send(new sdk.GetObjectCommand({ ...which, IfMatch: ifMatch, IfNoneMatch: ifNoneMatch }));
    return answer.Body.transformToString();
  },
  async multipart({ bucket, key, path: file, partBytes }) {
    const bytes = fs.readFileSync(file);
    const at = { Bucket: bucket, Key: key };
    const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand(at));
    const Parts = [];
    for (let start = 0; start < bytes.length; start += partBytes) {
      const part = { ...at, UploadId, PartNumber: Parts.length + 1, Body: bytes.subarray(start, start + partBytes) };
      const { ETag, ChecksumCRC32 } = await client.send(new sdk.UploadPartCommand(part));
      Parts.push({ PartNumber: part.PartNumber, ETag, ChecksumCRC32 });
    }
    const listed = await client.send(new sdk.ListPartsCommand({ ...at, UploadId }));
    const complete = new sdk.CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } });
    return { etag: (await client.send(complete)).ETag, parts: listed.Parts.length };
  },
  async enableVersioning({ bucket }) {
    const VersioningConfiguration = { Status: "Enabled" };
    await client.send(new sdk.PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  },
  async versions({ bucket }) {
    const answer = await client.send(new sdk.ListObjectVersionsCommand({ Bucket: bucket }));
    const row = (marker) => (entry) => ({ key: entry.Key, version: entry.VersionId, latest: entry.IsLatest, marker });
    return [...(answer.Versions ?? []).map(row(false)), ...(answer.DeleteMarkers ?? []).map(row(true))];
  },
  async setTags({ bucket, key, tags }) {
    const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    await client.send(new sdk.PutObjectTaggingCommand({ Bucket: bucket, Key: key, Tagging: { TagSet } }));
  },
  async tags({ bucket, key }) {
    const answer = await client.send(new sdk.GetObjectTaggingCommand({ Bucket: bucket, Key: key }));
    return Object.fromEntries(answer.TagSet.map((tag) => [tag.Key, tag.Value]));
  },
  async presign({ bucket, key, method }) {
    const commands = { GET: sdk.GetObjectCommand, PUT: sdk.PutObjectCommand };
    return getSignedUrl(signing, new commands[method]({ Bucket: bucket, Key: key }), { expiresIn: 300 });
  },
  async presignPost({ bucket, key }) {
    return createPresignedPost(client, { Bucket: bucket, Key: key });
  },
};

// Asks for encoded names, so that XML can hold every key; the SDK leaves decoding to its user.
async function list(params) {
  const decoded = (name) => decodeURIComponent(name.replaceAll("+", "%20"));
  const found = { keys: [], prefixes: [] };
  for await (const page of sdk.paginateListObjectsV2({ client }, { ...params, EncodingType: "url" })) {
    found.keys.push(...(page.Contents ?? []).map((entry) => decoded(entry.Key)));
    found.prefixes.push(...(page.CommonPrefixes ?? []).map((entry) => decoded(entry.Prefix)));
  }
  return found;
}

async function answer(line) {
  try {
    const { operation, ...parameters } = JSON.parse(line);
    return { result: (await operations[operation](parameters)) ?? null };
  } catch (error) {
    return { error: `${error.name}: ${error.message}` };
  }
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(await answer(line)) + "\n");
  }
})();
