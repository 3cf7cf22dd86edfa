package main

import (
	"context"
	"io"
	"net/url"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/manager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

const partBytes = 5 << 20

func (d *driver) makeBucket(ctx context.Context, wanted call) (any, error) {
	_, err := d.client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &wanted.Bucket})
	return nil, err
}

func (d *driver) removeBucket(ctx context.Context, wanted call) (any, error) {
	_, err := d.client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &wanted.Bucket})
	return nil, err
}

func (d *driver) buckets(ctx context.Context, _ call) (any, error) {
	names := []string{}
	pages := s3.NewListBucketsPaginator(d.client, &s3.ListBucketsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, bucket := range page.Buckets {
			names = append(names, *bucket.Name)
		}
	}
	return names, nil
}

func (d *driver) put(ctx context.Context, wanted call) (any, error) {
	file, err := os.Open(wanted.Path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	uploader := manager.NewUploader(d.client, func(u *manager.Uploader) { u.PartSize = partBytes })
	_, err = uploader.Upload(ctx, &s3.PutObjectInput{Bucket: &wanted.Bucket, Key: &wanted.Key, Body: file})
	return nil, err
}

func (d *driver) get(ctx context.Context, wanted call) (any, error) {
	file, err := os.Create(wanted.Path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	downloader := manager.NewDownloader(d.client, func(down *manager.Downloader) { down.PartSize = partBytes })
	_, err = downloader.Download(ctx, file, &s3.GetObjectInput{Bucket: &wanted.Bucket, Key: &wanted.Key})
	return nil, err
}

func (d *driver) keys(ctx context.Context, wanted call) (any, error) {
	keys, _, err := d.list(ctx, wanted.Bucket, "", "")
	return keys, err
}

func (d *driver) folders(ctx context.Context, wanted call) (any, error) {
	keys, prefixes, err := d.list(ctx, wanted.Bucket, wanted.Prefix, "/")
	return map[string]any{"keys": keys, "prefixes": prefixes}, err
}

// list asks for encoded names, so that XML can hold every key; the SDK leaves decoding to its user.
func (d *driver) list(ctx context.Context, bucket, prefix, delimiter string) (keys, prefixes []string, err error) {
	keys, prefixes = []string{}, []string{}
	input := &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &prefix, EncodingType: types.EncodingTypeUrl}
	if delimiter != "" {
		input.Delimiter = &delimiter
	}
	pages := s3.NewListObjectsV2Paginator(d.client, input)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, nil, err
		}
		for _, entry := range page.Contents {
			keys = append(keys, decoded(*entry.Key))
		}
		for _, entry := range page.CommonPrefixes {
			prefixes = append(prefixes, decoded(*entry.Prefix))
		}
	}
	return keys, prefixes, nil
}

func decoded(name string) string {
	plain, err := url.QueryUnescape(name)
	if err != nil {
		return name
	}
	return plain
}

func (d *driver) copy(ctx context.Context, wanted call) (any, error) {
	source := wanted.Bucket + "/" + url.PathEscape(wanted.Source)
	_, err := d.client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: &wanted.Bucket, Key: &wanted.Target, CopySource: &source})
	return nil, err
}

func (d *driver) remove(ctx context.Context, wanted call) (any, error) {
	answer, err := d.client.DeleteObject(ctx, &s3.DeleteObjectInput{
		Bucket: &wanted.Bucket, Key: &wanted.Key, VersionId: optional(wanted.Version),
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"marker": aws.ToBool(answer.DeleteMarker), "version": aws.ToString(answer.VersionId)}, nil
}

func (d *driver) putText(ctx context.Context, wanted call) (any, error) {
	answer, err := d.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &wanted.Bucket, Key: &wanted.Key, Body: strings.NewReader(wanted.Text),
		IfMatch: optional(wanted.IfMatch), IfNoneMatch: optional(wanted.IfNoneMatch), Tagging: inHeader(wanted.Tags),
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"etag": *answer.ETag, "version": aws.ToString(answer.VersionId)}, nil
}

func (d *driver) getText(ctx context.Context, wanted call) (any, error) {
	answer, err := d.client.GetObject(ctx, &s3.GetObjectInput{
		Bucket: &wanted.Bucket, Key: &wanted.Key, Range: optional(wanted.Range), VersionId: optional(wanted.Version),
		IfMatch: optional(wanted.IfMatch), IfNoneMatch: optional(wanted.IfNoneMatch),
	})
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return string(text), err
}

// optional is nil for an empty text.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// inHeader writes tags as x-amz-tagging has them.
func inHeader(tags map[string]string) *string {
	values := url.Values{}
	for name, value := range tags {
		values.Set(name, value)
	}
	return optional(values.Encode())
}
