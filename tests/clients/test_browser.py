"""Uploads straight from a page: headless Chromium decides by the bucket's rules, and the page is of another origin."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.browser import Browser

pytestmark = pytest.mark.client("chromium")

PART = 5 << 20
# What both sides make of a length, so that the bytes need not travel to the page first.
BYTES = "const bytes = length => Uint8Array.from({length}, (_, at) => (at * 7 + (at >> 8)) & 255);"


def made(length):
    """The bytes that the page makes."""
    return bytes((at * 7 + (at >> 8)) & 255 for at in range(length))


@pytest.fixture(scope="module")
def browser(work_directory):
    """One browser for all tests; each of them has a bucket of its own, so nothing that it remembers matters."""
    directory = work_directory / "browser"
    directory.mkdir(exist_ok=True)
    with ThreadPoolExecutor(1) as tasks:
        found = Browser(directory)
        try:
            yield found.start(tasks)
        finally:
            found.close()


@pytest.fixture
def open_bucket(s3, bucket, browser):
    """A bucket with the rule that direct uploads need."""
    allow(s3, bucket, browser.origin)
    return bucket


def allow(s3, bucket, origin, **changes):
    """Sets one rule."""
    rule = {
        "AllowedOrigins": [origin],
        "AllowedMethods": ["GET", "PUT", "POST"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["ETag"],
        "MaxAgeSeconds": 60,
        **changes,
    }
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})


PUT = """
const answer = await fetch(given.url, {method: "PUT", body: given.body, headers: {"Content-Type": "text/x-page"}});
return {status: answer.status, etag: answer.headers.get("ETag"), text: await answer.text()};
"""


def put_url(s3, bucket, key="from a page é"):
    """A URL to put to."""
    return s3.generate_presigned_url("put_object", {"Bucket": bucket, "Key": key, "ContentType": "text/x-page"})


def test_a_page_puts_to_a_presigned_url(browser, s3, open_bucket):
    answer = browser.run(PUT, url=put_url(s3, open_bucket), body="from the page")
    found = s3.get_object(Bucket=open_bucket, Key="from a page é")
    assert answer == {"status": 200, "etag": found["ETag"], "text": ""}
    assert (found["Body"].read(), found["ContentType"]) == (b"from the page", "text/x-page")


def test_a_page_reads_what_it_put(browser, s3, open_bucket):
    s3.put_object(Bucket=open_bucket, Key="key", Body=b"to be read")
    url = s3.generate_presigned_url("get_object", {"Bucket": open_bucket, "Key": "key"})
    assert browser.run("return await (await fetch(given.url)).text();", url=url) == "to be read"


def test_a_page_reads_why_it_was_refused(browser, s3, open_bucket):
    url = put_url(s3, open_bucket).replace("Signature=", "Signature=0")
    answer = browser.run(PUT, url=url, body="x")
    assert answer["status"] == 403 and "<Code>SignatureDoesNotMatch</Code>" in answer["text"]
    missing = s3.generate_presigned_url("get_object", {"Bucket": open_bucket, "Key": "missing"})
    script = "const answer = await fetch(given.url); return [answer.status, await answer.text()];"
    status, text = browser.run(script, url=missing)
    assert status == 404 and "<Code>NoSuchKey</Code>" in text


def test_without_a_rule_the_browser_refuses(browser, s3, bucket):
    answer = browser.run(PUT, url=put_url(s3, bucket), body="x")
    assert answer["failed"] == "TypeError", answer
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket), "the browser asked first, and did not send it"


def test_a_rule_for_another_page_does_not_help(browser, s3, bucket):
    allow(s3, bucket, "http://127.0.0.3:8080")
    answer = browser.run(PUT, url=put_url(s3, bucket), body="x")
    assert answer["failed"] == "TypeError", answer
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_a_header_that_is_not_exposed_stays_hidden(browser, s3, bucket):
    allow(s3, bucket, "*", ExposeHeaders=[])
    answer = browser.run(PUT, url=put_url(s3, bucket), body="x")
    assert (answer["status"], answer["etag"]) == (200, None)


FORM_DATA = """
const form = new FormData();
for (const [name, value] of Object.entries(given.fields)) form.append(name, value);
form.append("file", new File([bytes(given.length)], "a picture.bin", {type: "image/png"}));
const answer = await fetch(given.url, {method: "POST", body: form});
return {status: answer.status, etag: answer.headers.get("ETag"), text: await answer.text()};
"""


@pytest.mark.parametrize("length", [100, 3_000_000], ids=["inline", "stripes"])
def test_a_page_posts_form_data(browser, s3, open_bucket, length):
    wanted = {"success_action_status": "201", "Content-Type": "image/png"}
    conditions = [{name: value} for name, value in wanted.items()] + [["content-length-range", 1, length]]
    form = s3.generate_presigned_post(open_bucket, "in/${filename}", wanted, conditions)
    answer = browser.run(BYTES + FORM_DATA, url=form["url"], fields=form["fields"], length=length)
    found = s3.get_object(Bucket=open_bucket, Key="in/a picture.bin")
    assert (answer["status"], answer["etag"]) == (201, found["ETag"]), answer
    assert "<Key>in/a picture.bin</Key>" in answer["text"]
    assert (found["Body"].read(), found["ContentType"]) == (made(length), "image/png")


def test_a_page_reads_that_its_file_is_too_large(browser, s3, open_bucket):
    form = s3.generate_presigned_post(open_bucket, "key", Conditions=[["content-length-range", 1, 99]])
    answer = browser.run(BYTES + FORM_DATA, url=form["url"], fields=form["fields"], length=100)
    assert answer["status"] == 400 and "<Code>EntityTooLarge</Code>" in answer["text"]
    assert "Contents" not in s3.list_objects_v2(Bucket=open_bucket)


SUBMIT = """
const form = document.createElement("form");
Object.assign(form, {method: "POST", enctype: "multipart/form-data", action: given.url});
const add = properties => form.appendChild(Object.assign(document.createElement("input"), properties));
for (const [name, value] of Object.entries(given.fields)) add({type: "hidden", name, value});
const chosen = new DataTransfer();
chosen.items.add(new File([bytes(given.length)], "chosen.bin"));
add({type: "file", name: "file"}).files = chosen.files;
document.body.appendChild(form);
form.submit();
return new Promise(() => {});
"""


def test_a_form_is_submitted_and_leads_back_to_the_page(browser, s3, bucket):
    """A form that the browser itself sends needs no rule: it goes where it leads."""
    wanted = {"success_action_redirect": f"{browser.origin}/done"}
    form = s3.generate_presigned_post(bucket, "in/${filename}", wanted, [wanted])
    told = browser.run(BYTES + SUBMIT, url=form["url"], fields=form["fields"], length=200_000)
    found = s3.get_object(Bucket=bucket, Key="in/chosen.bin")
    assert told == {"bucket": bucket, "key": "in/chosen.bin", "etag": found["ETag"]}
    assert found["Body"].read() == made(200_000)


MULTIPART = """
const etags = await Promise.all(given.parts.map(async ({url, length}) => {
  const answer = await fetch(url, {method: "PUT", body: new Blob([bytes(length)])});
  if (answer.status !== 200) throw new Error(await answer.text());
  return answer.headers.get("ETag");
}));
const parts = etags.map((etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`);
const body = `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
const answer = await fetch(given.complete, {method: "POST", body: new Blob([body])});
return {etags, status: answer.status, text: await answer.text()};
"""


def test_a_page_uploads_in_parts(browser, s3, open_bucket):
    at = {"Bucket": open_bucket, "Key": "large"}
    at["UploadId"] = s3.create_multipart_upload(**at)["UploadId"]
    lengths = (PART, PART, 1000)
    parts = [
        {"url": s3.generate_presigned_url("upload_part", {**at, "PartNumber": number}), "length": length}
        for number, length in enumerate(lengths, 1)
    ]
    complete = s3.generate_presigned_url("complete_multipart_upload", at)
    answer = browser.run(BYTES + MULTIPART, parts=parts, complete=complete)
    assert (answer["status"], len(answer["etags"])) == (200, 3), answer
    assert "<CompleteMultipartUploadResult" in answer["text"]
    body = s3.get_object(Bucket=open_bucket, Key="large")["Body"].read()
    assert body == b"".join(made(length) for length in lengths)
