// Command driver drives aws-sdk-go-v2: one JSON line in, one JSON line out. Its argument is the endpoint.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// call is one line: what to do, and what with. Fields that an operation does not take stay empty.
type call struct {
	Operation   string
	Bucket      string
	Key         string
	Source      string
	Target      string
	Prefix      string
	Path        string
	Text        string
	Range       string
	Version     string
	Method      string
	IfMatch     string
	IfNoneMatch string
	Tags        map[string]string
	PartBytes   int64
}

// driver holds the client that all calls share.
type driver struct {
	client *s3.Client
}

type operation func(context.Context, call) (any, error)

func main() {
	ctx := context.Background()
	loaded, err := config.LoadDefaultConfig(ctx, config.WithRetryMaxAttempts(1))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	client := s3.NewFromConfig(loaded, func(options *s3.Options) {
		options.BaseEndpoint = aws.String(os.Args[1])
		options.UsePathStyle = true
	})
	serve(ctx, (&driver{client}).operations())
}

// serve answers every line until there are no more.
func serve(ctx context.Context, operations map[string]operation) {
	lines := bufio.NewReader(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	answers.SetEscapeHTML(false)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		answer(answers, ctx, operations, line)
	}
}

func answer(answers *json.Encoder, ctx context.Context, operations map[string]operation, line []byte) {
	result, err := perform(ctx, operations, line)
	reply := map[string]any{"result": result}
	if err != nil {
		reply = map[string]any{"error": describe(err)}
	}
	if err := answers.Encode(reply); err != nil {
		os.Exit(1)
	}
}

func perform(ctx context.Context, operations map[string]operation, line []byte) (any, error) {
	var wanted call
	if err := json.Unmarshal(line, &wanted); err != nil {
		return nil, err
	}
	operate, known := operations[wanted.Operation]
	if !known {
		return nil, fmt.Errorf("no operation %q", wanted.Operation)
	}
	return operate(ctx, wanted)
}

// describe begins with S3's error code where there is one.
func describe(err error) string {
	var refused smithy.APIError
	if errors.As(err, &refused) {
		return refused.ErrorCode() + ": " + refused.ErrorMessage()
	}
	return err.Error()
}

func (d *driver) operations() map[string]operation {
	return map[string]operation{
		"makeBucket":       d.makeBucket,
		"removeBucket":     d.removeBucket,
		"buckets":          d.buckets,
		"put":              d.put,
		"get":              d.get,
		"keys":             d.keys,
		"copy":             d.copy,
		"remove":           d.remove,
		"putText":          d.putText,
		"getText":          d.getText,
		"folders":          d.folders,
		"multipart":        d.multipart,
		"enableVersioning": d.enableVersioning,
		"versions":         d.versions,
		"setTags":          d.setTags,
		"tags":             d.tags,
		"presign":          d.presign,
		"presignPost":      d.presignPost,
	}
}
