package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func (d *driver) enableVersioning(ctx context.Context, wanted call) (any, error) {
	_, err := d.client.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{
		Bucket:                  &wanted.Bucket,
		VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	})
	return nil, err
}

// versions tells all versions, then all delete markers.
func (d *driver) versions(ctx context.Context, wanted call) (any, error) {
	found := []map[string]any{}
	pages := s3.NewListObjectVersionsPaginator(d.client, &s3.ListObjectVersionsInput{Bucket: &wanted.Bucket})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, version := range page.Versions {
			found = append(found, row(version.Key, version.VersionId, version.IsLatest, false))
		}
		for _, marker := range page.DeleteMarkers {
			found = append(found, row(marker.Key, marker.VersionId, marker.IsLatest, true))
		}
	}
	return found, nil
}

func row(key, version *string, isLatest *bool, isMarker bool) map[string]any {
	return map[string]any{
		"key": aws.ToString(key), "version": aws.ToString(version), "latest": aws.ToBool(isLatest), "marker": isMarker,
	}
}

func (d *driver) setTags(ctx context.Context, wanted call) (any, error) {
	tags := []types.Tag{}
	for name, value := range wanted.Tags {
		tags = append(tags, types.Tag{Key: aws.String(name), Value: aws.String(value)})
	}
	_, err := d.client.PutObjectTagging(ctx, &s3.PutObjectTaggingInput{
		Bucket: &wanted.Bucket, Key: &wanted.Key, Tagging: &types.Tagging{TagSet: tags},
	})
	return nil, err
}

func (d *driver) tags(ctx context.Context, wanted call) (any, error) {
	answer, err := d.client.GetObjectTagging(ctx, &s3.GetObjectTaggingInput{Bucket: &wanted.Bucket, Key: &wanted.Key})
	if err != nil {
		return nil, err
	}
	tags := map[string]string{}
	for _, tag := range answer.TagSet {
		tags[*tag.Key] = *tag.Value
	}
	return tags, nil
}
