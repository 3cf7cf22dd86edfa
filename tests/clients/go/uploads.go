package main

import (
	"bytes"
	"context"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// multipart uploads a file part by part; it tells the ETag and how many parts were listed before the completion.
func (d *driver) multipart(ctx context.Context, wanted call) (any, error) {
	all, err := os.ReadFile(wanted.Path)
	if err != nil {
		return nil, err
	}
	created, err := d.client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: &wanted.Bucket, Key: &wanted.Key})
	if err != nil {
		return nil, err
	}
	parts, err := d.uploadParts(ctx, wanted, created.UploadId, all)
	if err != nil {
		return nil, err
	}
	listed, err := d.client.ListParts(ctx, &s3.ListPartsInput{Bucket: &wanted.Bucket, Key: &wanted.Key, UploadId: created.UploadId})
	if err != nil {
		return nil, err
	}
	done, err := d.client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: &wanted.Bucket, Key: &wanted.Key, UploadId: created.UploadId,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"etag": *done.ETag, "parts": len(listed.Parts)}, nil
}

func (d *driver) uploadParts(ctx context.Context, wanted call, upload *string, all []byte) ([]types.CompletedPart, error) {
	var parts []types.CompletedPart
	for number := int32(1); len(all) > 0; number++ {
		part := all[:min(int64(len(all)), wanted.PartBytes)]
		all = all[len(part):]
		answer, err := d.client.UploadPart(ctx, &s3.UploadPartInput{
			Bucket: &wanted.Bucket, Key: &wanted.Key, UploadId: upload, PartNumber: &number, Body: bytes.NewReader(part),
		})
		if err != nil {
			return nil, err
		}
		parts = append(parts, types.CompletedPart{
			ETag: answer.ETag, PartNumber: aws.Int32(number), ChecksumCRC32: answer.ChecksumCRC32,
		})
	}
	return parts, nil
}
