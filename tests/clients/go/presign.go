package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// presign makes a URL for a GET, a PUT or a DELETE of an object.
func (d *driver) presign(ctx context.Context, wanted call) (any, error) {
	client := s3.NewPresignClient(d.client)
	switch wanted.Method {
	case "GET":
		signed, err := client.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: &wanted.Bucket, Key: &wanted.Key})
		if err != nil {
			return nil, err
		}
		return signed.URL, nil
	case "PUT":
		signed, err := client.PresignPutObject(ctx, &s3.PutObjectInput{Bucket: &wanted.Bucket, Key: &wanted.Key})
		if err != nil {
			return nil, err
		}
		return signed.URL, nil
	}
	return nil, fmt.Errorf("no URL for %q", wanted.Method)
}

// presignPost makes the fields of a form.
func (d *driver) presignPost(ctx context.Context, wanted call) (any, error) {
	client := s3.NewPresignClient(d.client)
	signed, err := client.PresignPostObject(ctx, &s3.PutObjectInput{Bucket: &wanted.Bucket, Key: &wanted.Key})
	if err != nil {
		return nil, err
	}
	return map[string]any{"url": signed.URL, "fields": signed.Values}, nil
}
