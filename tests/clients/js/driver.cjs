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

const client = new sdk.S3Client({ endpoint, forcePathStyle: true, maxAttempts: 1 });

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
    const keys = [];
    // Encoded, so that XML can hold every key; the SDK leaves decoding to its user.
    for await (const page of sdk.paginateListObjectsV2({ client }, { Bucket: bucket, EncodingType: "url" })) {
      keys.push(...(page.Contents ?? []).map((entry) => decodeURIComponent(entry.Key.replaceAll("+", "%20"))));
    }
    return keys;
  },
  async copy({ bucket, source, target }) {
    const from = `${bucket}/${encodeURIComponent(source)}`;
    await client.send(new sdk.CopyObjectCommand({ Bucket: bucket, Key: target, CopySource: from }));
  },
  async remove({ bucket, key }) {
    await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key }));
  },
};

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
