package s3_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

var uploads = aws.String("uploads")

// clientOf is the SDK's client as config.LoadDefaultConfig makes it: with a checksum
// wherever it can send one.
func clientOf(w *mocktest.World) *s3.Client { return s3.NewFromConfig(configOf(w)) }

func configOf(w *mocktest.World) aws.Config {
	cfg := w.Config(w.User.KeyID, w.User.Secret, "")
	cfg.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenSupported
	cfg.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenSupported
	return cfg
}

// put stores an object with the SDK's defaults.
func put(t *testing.T, client *s3.Client, key, content string) *s3.PutObjectOutput {
	t.Helper()
	out, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: uploads, Key: aws.String(key),
		Body: strings.NewReader(content)})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// get reads an object as in; the error is the SDK's.
func get(t *testing.T, client *s3.Client, in *s3.GetObjectInput) (string, *s3.GetObjectOutput, error) {
	t.Helper()
	in.Bucket = uploads
	out, err := client.GetObject(t.Context(), in)
	if err != nil {
		return "", nil, err
	}
	data, err := io.ReadAll(out.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data), out, nil
}

// wantAPI wants an error of S3, by code, status and a part of its message.
func wantAPI(t *testing.T, w *mocktest.World, err error, status int, code, message string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Fatalf("got %v, want %s", err, code)
	}
	if e := w.Last(t); e.Status != status || api.ErrorCode() != code || !strings.Contains(api.ErrorMessage(), message) {
		t.Errorf("got %d %s: %s\nwant %d %s: %s", e.Status, api.ErrorCode(), api.ErrorMessage(), status, code, message)
	}
}

func random(t *testing.T, n int) []byte {
	t.Helper()
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestS3Objects(t *testing.T) {
	w := mocktest.New(t)
	client := clientOf(w)
	ctx := t.Context()
	in := &s3.PutObjectInput{
		Bucket: uploads, Key: aws.String("a"), Body: strings.NewReader("0123456789"),
		ContentType:  aws.String("text/plain"),
		CacheControl: aws.String("no-store"), ContentEncoding: aws.String("identity"),
		Metadata: map[string]string{"color": "blue"},
	}
	put, err := client.PutObject(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	if *put.ETag != `"781e5e245d69b566979b86e28d23f2c7"` || put.ChecksumCRC32 == nil ||
		*put.ChecksumCRC32 != "poTHxg==" || put.ServerSideEncryption != "AES256" {
		t.Errorf("put: etag %s, checksum %v", *put.ETag, put.ChecksumCRC32)
	}
	data, out, err := get(t, client, &s3.GetObjectInput{Key: in.Key, ChecksumMode: s3types.ChecksumModeEnabled})
	if err != nil || data != "0123456789" || *out.ContentType != "text/plain" || *out.CacheControl != "no-store" ||
		*out.ContentEncoding != "identity" || out.Metadata["color"] != "blue" || *out.ETag != *put.ETag ||
		*out.ChecksumCRC32 != "poTHxg==" || out.ChecksumType != "FULL_OBJECT" {
		t.Errorf("get: %q %+v, %v", data, out, err)
	}
	head, err := client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: uploads, Key: in.Key})
	if err != nil || *head.ContentLength != 10 || head.Metadata["color"] != "blue" {
		t.Errorf("head: %+v, %v", head, err)
	}
	if _, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: uploads, Key: in.Key}); err != nil {
		t.Error(err)
	}
	_, _, err = get(t, client, &s3.GetObjectInput{Key: in.Key})
	wantAPI(t, w, err, 404, "NoSuchKey", "The specified key does not exist.")
	_, err = client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: uploads, Key: in.Key})
	wantAPI(t, w, err, 404, "NotFound", "")
}

func TestS3RangesAndConditions(t *testing.T) {
	w := mocktest.New(t)
	client := clientOf(w)
	etag := *put(t, client, "a", "0123456789").ETag
	key := aws.String("a")
	for _, c := range []struct{ header, want, contentRange string }{
		{"bytes=2-4", "234", "bytes 2-4/10"},
		{"bytes=7-", "789", "bytes 7-9/10"},
		{"bytes=-2", "89", "bytes 8-9/10"},
		{"bytes=5-99", "56789", "bytes 5-9/10"},
		{"bytes=-99", "0123456789", "bytes 0-9/10"},
		{"bytes=1-2,4-5", "0123456789", ""}, // S3 gives one range or the whole
		{"chunks=1-2", "0123456789", ""},
		{"bytes=4-2", "0123456789", ""},
	} {
		data, out, err := get(t, client, &s3.GetObjectInput{Key: key, Range: aws.String(c.header)})
		if err != nil || data != c.want || aws.ToString(out.ContentRange) != c.contentRange {
			t.Errorf("%s: %q %q, %v", c.header, data, aws.ToString(out.ContentRange), err)
		}
	}
	for _, header := range []string{"bytes=10-", "bytes=-0"} {
		_, _, err := get(t, client, &s3.GetObjectInput{Key: key, Range: aws.String(header)})
		wantAPI(t, w, err, 416, "InvalidRange", "The requested range is not satisfiable")
	}

	long := time.Hour
	now := time.Now()
	for name, c := range map[string]struct {
		in   s3.GetObjectInput
		want int
	}{
		"match":              {s3.GetObjectInput{IfMatch: &etag}, 200},
		"other match":        {s3.GetObjectInput{IfMatch: aws.String(`"0"`)}, 412},
		"none match":         {s3.GetObjectInput{IfNoneMatch: &etag}, 304},
		"other none match":   {s3.GetObjectInput{IfNoneMatch: aws.String(`"0"`)}, 200},
		"modified before":    {s3.GetObjectInput{IfModifiedSince: aws.Time(now.Add(long))}, 304},
		"modified since":     {s3.GetObjectInput{IfModifiedSince: aws.Time(now.Add(-long))}, 200},
		"unmodified since":   {s3.GetObjectInput{IfUnmodifiedSince: aws.Time(now.Add(long))}, 200},
		"modified meanwhile": {s3.GetObjectInput{IfUnmodifiedSince: aws.Time(now.Add(-long))}, 412},
		"match wins":         {s3.GetObjectInput{IfMatch: &etag, IfUnmodifiedSince: aws.Time(now.Add(-long))}, 200},
	} {
		c.in.Key = key
		data, _, err := get(t, client, &c.in)
		if e := w.Last(t); e.Status != c.want || c.want == 200 && data != "0123456789" ||
			(err == nil) != (c.want == 200) {
			t.Errorf("%s: %d %q, %v", name, e.Status, data, err)
		}
	}

	write := func(in s3.PutObjectInput) error {
		in.Bucket, in.Key, in.Body = uploads, aws.String(aws.ToString(in.Key)+"a"), strings.NewReader("new")
		_, err := client.PutObject(t.Context(), &in)
		return err
	}
	wantAPI(t, w, write(s3.PutObjectInput{IfNoneMatch: aws.String("*")}), 412, "PreconditionFailed",
		"At least one of the pre-conditions")
	wantAPI(t, w, write(s3.PutObjectInput{IfMatch: aws.String(`"0"`)}), 412, "PreconditionFailed",
		"At least one of the pre-conditions")
	wantAPI(t, w, write(s3.PutObjectInput{IfMatch: &etag, Key: aws.String("no-")}), 404, "NoSuchKey", "")
	if err := write(s3.PutObjectInput{IfMatch: &etag}); err != nil {
		t.Error(err)
	}
	if err := write(s3.PutObjectInput{IfNoneMatch: aws.String("*"), Key: aws.String("new-")}); err != nil {
		t.Error(err)
	}
	_, err := client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: uploads, Key: key, IfMatch: &etag})
	wantAPI(t, w, err, 412, "PreconditionFailed", "")
}

func TestS3Listing(t *testing.T) {
	w := mocktest.New(t)
	client := clientOf(w)
	keys := []string{"a", "b/1", "b/2", "c/d/3", "e f+g&h", "z"}
	for _, key := range keys {
		put(t, client, key, key)
	}
	var got []string
	pages := 0
	for p := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: uploads,
		MaxKeys: aws.Int32(2)}); p.HasMorePages(); pages++ {
		page, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range page.Contents {
			got = append(got, *o.Key)
		}
	}
	if !slices.Equal(got, keys) || pages != 3 {
		t.Errorf("got %q in %d pages", got, pages)
	}
	got = nil
	in := &s3.ListObjectsV2Input{Bucket: uploads, Delimiter: aws.String("/"), MaxKeys: aws.Int32(1)}
	for p := s3.NewListObjectsV2Paginator(client, in); p.HasMorePages(); {
		page, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n := len(page.Contents) + len(page.CommonPrefixes); n != 1 || *page.KeyCount != 1 {
			t.Fatalf("a page of %d", n)
		}
		for _, o := range page.Contents {
			got = append(got, *o.Key)
		}
		for _, o := range page.CommonPrefixes {
			got = append(got, *o.Prefix)
		}
	}
	if want := []string{"a", "b/", "c/", "e f+g&h", "z"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	encoded, err := client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: uploads, Prefix: aws.String("e"),
		EncodingType: "url", FetchOwner: aws.Bool(true)})
	if err != nil || *encoded.Contents[0].Key != "e+f%2Bg%26h" || len(*encoded.Contents[0].Owner.ID) != 64 {
		t.Errorf("got %+v, %v", encoded, err)
	}
	v1, err := client.ListObjects(t.Context(), &s3.ListObjectsInput{Bucket: uploads, Delimiter: aws.String("/"),
		MaxKeys: aws.Int32(2)})
	if err != nil || *v1.NextMarker != "b/" || !*v1.IsTruncated {
		t.Fatalf("got %+v, %v", v1, err)
	}
	v1, err = client.ListObjects(t.Context(), &s3.ListObjectsInput{Bucket: uploads, Delimiter: aws.String("/"),
		Marker: v1.NextMarker})
	if err != nil || len(v1.CommonPrefixes) != 1 || *v1.CommonPrefixes[0].Prefix != "c/" || len(v1.Contents) != 2 {
		t.Errorf("got %+v, %v", v1, err)
	}
	for _, bad := range []s3.ListObjectsV2Input{{ContinuationToken: aws.String("?")}, {MaxKeys: aws.Int32(-1)},
		{EncodingType: "x"}} {
		bad.Bucket = uploads
		_, err := client.ListObjectsV2(t.Context(), &bad)
		wantAPI(t, w, err, 400, "InvalidArgument", "")
	}
	// 1000 keys at most: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
	var many []s3types.ObjectIdentifier
	for i := range 1001 {
		many = append(many, s3types.ObjectIdentifier{Key: aws.String("none-" + strconv.Itoa(i))})
	}
	_, err = client.DeleteObjects(t.Context(), &s3.DeleteObjectsInput{Bucket: uploads,
		Delete: &s3types.Delete{Objects: many}})
	wantAPI(t, w, err, 400, "MalformedXML", "")
	// A quiet answer is short. This SDK closes a request's body as soon as the answer begins, and net/http, if it
	// has not seen that body's end yet, then closes the connection under the rest of a long answer.
	if _, err := client.DeleteObjects(t.Context(), &s3.DeleteObjectsInput{Bucket: uploads,
		Delete: &s3types.Delete{Objects: many[:1000], Quiet: aws.Bool(true)}}); err != nil {
		t.Errorf("1000 keys: %v", err)
	}
	deleted, err := client.DeleteObjects(t.Context(), &s3.DeleteObjectsInput{Bucket: uploads, Delete: &s3types.Delete{
		Objects: []s3types.ObjectIdentifier{{Key: aws.String("a")}, {Key: aws.String("e f+g&h")},
			{Key: aws.String("never was")}},
	}})
	if err != nil || len(deleted.Deleted) != 3 || len(deleted.Errors) != 0 {
		t.Errorf("got %+v, %v", deleted, err)
	}
	if left, err := client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: uploads}); err != nil ||
		len(left.Contents) != 4 {
		t.Errorf("left %+v, %v", left, err)
	}
}

// The SDK's transfer manager uploads in parts and downloads by part numbers, with
// checksums.
func TestS3TransferManager(t *testing.T) {
	w := mocktest.New(t)
	client := clientOf(w)
	content := random(t, 12<<20)
	tm := transfermanager.New(client, func(o *transfermanager.Options) {
		o.PartSizeBytes,
			o.MultipartUploadThreshold = 5<<20, 5<<20
	})
	if _, err := tm.UploadObject(t.Context(), &transfermanager.UploadObjectInput{Bucket: uploads, Key: aws.String("t"),
		Body: bytes.NewReader(content)}); err != nil {
		t.Fatal(err)
	}
	out, err := tm.GetObject(t.Context(), &transfermanager.GetObjectInput{Bucket: uploads, Key: aws.String("t")})
	if err != nil {
		t.Fatal(err)
	}
	if data, err := io.ReadAll(out.Body); err != nil || !bytes.Equal(data, content) {
		t.Errorf("%d bytes, %v", len(data), err)
	}
	for _, e := range w.Journal().Since(0) {
		if !e.Verdict.Accepted || e.Status >= 400 {
			t.Errorf("%s", &e)
		}
	}
}

func TestS3Multipart(t *testing.T) {
	w := mocktest.New(t)
	client := clientOf(w)
	ctx := t.Context()
	key := aws.String("big")
	begin := func() *string {
		t.Helper()
		out, err := client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: uploads, Key: key,
			ContentType: aws.String("x/y"), ChecksumAlgorithm: "CRC32"})
		if err != nil {
			t.Fatal(err)
		}
		return out.UploadId
	}
	send := func(id *string, number int32, data []byte) s3types.CompletedPart {
		t.Helper()
		out, err := client.UploadPart(ctx, &s3.UploadPartInput{Bucket: uploads, Key: key, UploadId: id,
			PartNumber: &number, Body: bytes.NewReader(data)})
		if err != nil {
			t.Fatal(err)
		}
		return s3types.CompletedPart{PartNumber: &number, ETag: out.ETag, ChecksumCRC32: out.ChecksumCRC32}
	}
	complete := func(id *string, parts ...s3types.CompletedPart) (*s3.CompleteMultipartUploadOutput, error) {
		return client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{Bucket: uploads, Key: key,
			UploadId:        id,
			MultipartUpload: &s3types.CompletedMultipartUpload{Parts: parts}})
	}
	big, small := random(t, 5<<20), []byte("tail")
	id := begin()
	one, two := send(id, 1, big), send(id, 2, small)
	three := send(id, 3, small)

	_, err := complete(id, two, one)
	wantAPI(t, w, err, 400, "InvalidPartOrder", "ascending order")
	_, err = complete(id, one, two, three)
	wantAPI(t, w, err, 400, "EntityTooSmall", "smaller than the minimum")
	_, err = complete(id, s3types.CompletedPart{PartNumber: aws.Int32(9), ETag: one.ETag})
	wantAPI(t, w, err, 400, "InvalidPart", "could not be found.  The part")
	_, err = complete(id, s3types.CompletedPart{PartNumber: aws.Int32(1), ETag: two.ETag})
	wantAPI(t, w, err, 400, "InvalidPart", "")
	_, err = complete(id)
	wantAPI(t, w, err, 400, "MalformedXML", "")
	_, err = complete(id, s3types.CompletedPart{PartNumber: aws.Int32(1), ETag: one.ETag})
	wantAPI(t, w, err, 400, "InvalidRequest",
		"The complete request must include the checksum for each part. It was missing for part 1 in the request.")
	_, err = client.UploadPart(ctx, &s3.UploadPartInput{Bucket: uploads, Key: key, UploadId: id,
		PartNumber: aws.Int32(4), ChecksumAlgorithm: "SHA1", Body: strings.NewReader("x")})
	wantAPI(t, w, err, 400, "InvalidRequest", "expected checksum Type: crc32, actual checksum Type: sha1")
	_, err = complete(aws.String("nope"), one)
	wantAPI(t, w, err, 404, "NoSuchUpload", "The specified upload does not exist")

	list, err := client.ListParts(ctx, &s3.ListPartsInput{Bucket: uploads, Key: key, UploadId: id,
		MaxParts: aws.Int32(2)})
	if err != nil || len(list.Parts) != 2 || !*list.IsTruncated || *list.NextPartNumberMarker != "2" ||
		*list.Parts[0].Size != 5<<20 || *list.Parts[1].ChecksumCRC32 != *two.ChecksumCRC32 {
		t.Errorf("%+v, %v", list, err)
	}
	list, err = client.ListParts(ctx, &s3.ListPartsInput{Bucket: uploads, Key: key, UploadId: id,
		PartNumberMarker: list.NextPartNumberMarker})
	if err != nil || len(list.Parts) != 1 || *list.IsTruncated {
		t.Errorf("%+v, %v", list, err)
	}
	open, err := client.ListMultipartUploads(ctx, &s3.ListMultipartUploadsInput{Bucket: uploads})
	if err != nil || len(open.Uploads) != 1 || *open.Uploads[0].UploadId != *id || *open.Uploads[0].Key != *key {
		t.Errorf("%+v, %v", open, err)
	}
	done, err := complete(id, one, three)
	if err != nil || !strings.HasSuffix(*done.ETag, `-2"`) || !strings.HasSuffix(*done.ChecksumCRC32, "-2") ||
		done.ChecksumType != "COMPOSITE" {
		t.Fatalf("%+v, %v", done, err)
	}
	data, out, err := get(t, client, &s3.GetObjectInput{Key: key, Range: aws.String("bytes=5242878-5242881")})
	if err != nil || data != string(big[5242878:])+"ta" || *out.ContentType != "x/y" {
		t.Errorf("%q, %v", data, err)
	}
	data, out, err = get(t, client, &s3.GetObjectInput{Key: key, PartNumber: aws.Int32(2)})
	if err != nil || data != "tail" || *out.PartsCount != 2 || *out.ContentRange != "bytes 5242880-5242883/5242884" {
		t.Errorf("%q %+v, %v", data, out, err)
	}
	_, _, err = get(t, client, &s3.GetObjectInput{Key: key, PartNumber: aws.Int32(3)})
	wantAPI(t, w, err, 416, "InvalidPartNumber", "")

	// Copies: of the whole, and of a range as a part.
	if _, err := client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: uploads, Key: aws.String("copy"),
		CopySource: aws.String("uploads/big")}); err != nil {
		t.Fatal(err)
	}
	if data, out, err := get(t, client, &s3.GetObjectInput{Key: aws.String("copy")}); err != nil || data != string(big)+
		"tail" || *out.ContentType != "x/y" || strings.Contains(*out.ETag, "-") {
		t.Errorf("%d bytes %+v, %v", len(data), out, err)
	}
	_, err = client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: uploads, Key: aws.String("copy"),
		CopySource: aws.String("uploads/copy")})
	wantAPI(t, w, err, 400, "InvalidRequest", "trying to copy an object to itself")
	id = begin()
	part, err := client.UploadPartCopy(ctx, &s3.UploadPartCopyInput{Bucket: uploads, Key: key, UploadId: id,
		PartNumber: aws.Int32(1),
		CopySource: aws.String("uploads/copy"), CopySourceRange: aws.String("bytes=5242879-5242880")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := complete(id, s3types.CompletedPart{PartNumber: aws.Int32(1), ETag: part.CopyPartResult.ETag,
		ChecksumCRC32: part.CopyPartResult.ChecksumCRC32}); err != nil {
		t.Error(err)
	}
	if data, _, err := get(t, client, &s3.GetObjectInput{Key: key}); err != nil || data != string(big[5242879:])+"t" {
		t.Errorf("%q, %v", data, err)
	}
	id = begin()
	if _, err := client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: uploads, Key: key,
		UploadId: id}); err != nil {
		t.Error(err)
	}
	_, err = complete(id, one)
	wantAPI(t, w, err, 404, "NoSuchUpload", "")
}

// Every checksum that the SDK can send arrives, is verified and comes back.
func TestS3Checksums(t *testing.T) {
	w := mocktest.New(t)
	client := clientOf(w)
	for _, algorithm := range []s3types.ChecksumAlgorithm{"CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"} {
		in := &s3.PutObjectInput{Bucket: uploads, Key: aws.String("k"), Body: strings.NewReader("abc"),
			ChecksumAlgorithm: algorithm}
		if _, err := client.PutObject(t.Context(), in); err != nil {
			t.Fatalf("%s: %v", algorithm, err)
		}
		head, err := client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: uploads, Key: in.Key,
			ChecksumMode: "ENABLED"})
		if err != nil || head.ChecksumType != "FULL_OBJECT" {
			t.Fatalf("%s: %+v, %v", algorithm, head, err)
		}
		list, err := client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: uploads})
		if err != nil || !slices.Equal(list.Contents[0].ChecksumAlgorithm, []s3types.ChecksumAlgorithm{algorithm}) {
			t.Errorf("%s: listed as %v, %v", algorithm, list.Contents[0].ChecksumAlgorithm, err)
		}
	}
	_, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: uploads, Key: aws.String("k"),
		Body: strings.NewReader("abc"), ChecksumSHA256: aws.String("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")})
	wantAPI(t, w, err, 400, "BadDigest", "The SHA256 you specified did not match")
	_, err = client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: uploads, Key: aws.String("k"),
		Body: strings.NewReader("abc"), ContentMD5: aws.String("1B2M2Y8AsgTpgAmY7PhCfg==")})
	wantAPI(t, w, err, 400, "BadDigest", "The Content-MD5 you specified did not match")
	_, err = client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: uploads, Key: aws.String("k"),
		Body: strings.NewReader("abc"), ContentMD5: aws.String("AA==")})
	wantAPI(t, w, err, 400, "InvalidDigest", "")
	if data, _, err := get(t, client, &s3.GetObjectInput{Key: aws.String("k")}); err != nil || data != "abc" {
		t.Errorf("the refused bodies replaced the object: %q, %v", data, err)
	}
}

// Operations that S3 has and the mock has not are named in a 501, before
// anything is changed.
func TestS3IsLoudAboutWhatItHasNot(t *testing.T) {
	w := mocktest.New(t)
	client := clientOf(w)
	ctx := context.Background()
	put(t, client, "k", "v")
	for name, call := range map[string]func() error{
		"GetBucketAcl": func() error {
			_, err := client.GetBucketAcl(ctx,
				&s3.GetBucketAclInput{Bucket: uploads})
			return err
		},
		"PutBucketVersioning": func() error {
			_, err := client.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{Bucket: uploads,
				VersioningConfiguration: &s3types.VersioningConfiguration{Status: "Enabled"}})
			return err
		},
		"GetObjectAcl": func() error {
			_, err := client.GetObjectAcl(ctx, &s3.GetObjectAclInput{Bucket: uploads, Key: aws.String("k")})
			return err
		},
		"the header x-amz-server-side-encryption-customer-algorithm": func() error {
			_, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: uploads, Key: aws.String("k"),
				SSECustomerAlgorithm: aws.String("AES256")})
			return err
		},
		"ListBucketMetricsConfigurations": func() error {
			_, err := client.ListBucketMetricsConfigurations(ctx,
				&s3.ListBucketMetricsConfigurationsInput{Bucket: uploads})
			return err
		},
		"the header x-amz-tagging": func() error {
			_, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: uploads, Key: aws.String("k"), Body: http.NoBody,
				Tagging: aws.String("a=b")})
			return err
		},
	} {
		err := call()
		if e := w.Last(t); err == nil || e.Status != 501 || !strings.Contains(e.Message, name) ||
			!strings.Contains(err.Error(), name) {
			t.Errorf("%s: %d %s, %v", name, e.Status, e.Message, err)
		}
	}
}

// Every operation that the SDK can call has a row: no call of S3 is taken for
// another one.
func TestS3KnowsEveryOperation(t *testing.T) {
	known := map[string]bool{}
	for _, svc := range mocktest.New(t).Services() {
		if svc.ID == "S3" {
			for _, op := range svc.Operations {
				if known[op.Name] {
					t.Errorf("%s has two rows", op.Name)
				}
				known[op.Name] = true
			}
		}
	}
	if len(known) < 100 {
		t.Fatalf("%d operations", len(known))
	}
	client := reflect.TypeFor[*s3.Client]()
	for i := range client.NumMethod() {
		if name := client.Method(i).Name; name != "Options" && !known[name] {
			t.Errorf("S3 has no row for %s", name)
		}
	}
}

func TestRefusals(t *testing.T) {
	mocktest.Refusals(t, "S3", "rest-xml of S3", func(ctx context.Context, c aws.Config) error {
		_, err := s3.NewFromConfig(c).ListBuckets(ctx, &s3.ListBucketsInput{})
		return err
	})
}
