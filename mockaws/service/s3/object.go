package s3

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/checksums"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// object is a stored object. It never changes: to write a key is to put another
// object into its place, and copies share their data.
type object struct {
	parts    []part // one, unless it was uploaded in parts
	etag     string // with its quotes
	modified time.Time
	header   map[string]string // what GET gives back as it was put
	class    string
	checksum checksum
	byParts  bool // uploaded in parts
	tags     []tag
}

// tag is one tag of an object.
type tag struct{ Key, Value string }

// part is one piece of an object, as it was uploaded.
type part struct {
	number   int
	data     []byte
	etag     string
	modified time.Time
	checksum checksum
}

func (o *object) size() int64 {
	var n int64
	for i := range o.parts {
		n += int64(len(o.parts[i].data))
	}
	return n
}

// slice is the object's bytes from first to last, without a copy.
func (o *object) slice(first, last int64) [][]byte {
	var out [][]byte
	for i := range o.parts {
		data := o.parts[i].data
		n := int64(len(data))
		if first < n && last >= 0 {
			out = append(out, data[max(first, 0):min(last+1, n)])
		}
		first, last = first-n, last-n
	}
	return out
}

// Limits of S3, in bytes (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html).
const (
	maxKey      = 1024
	maxMetadata = 2048
	minPart     = 5 << 20
	maxParts    = 10000
)

// EntityTooLarge is S3's answer to a body that is larger than it may be, in
// bytes; a size below 0 is not known. S3 itself takes 5 GiB at once.
func EntityTooLarge(size, limit int64) *service.Error {
	elements := []string{"MaxSizeAllowed", strconv.FormatInt(limit, 10)}
	if size >= 0 {
		elements = append(elements, "ProposedSize", strconv.FormatInt(size, 10))
	}
	e := fail("EntityTooLarge", elements...)
	e.Stage = verdict.StageIdentify
	return e
}

// kept are the headers of a PUT that GET gives back.
var kept = []string{"cache-control", "content-disposition", "content-encoding", "content-language", "content-type",
	"expires"}

const metadataPrefix = "x-amz-meta-"

// objectHeader reads what is kept of a request's headers. The content encoding
// aws-chunked is the transfer's and not the object's.
func objectHeader(c *service.Call) (map[string]string, error) {
	out, size := map[string]string{}, 0
	for _, name := range kept {
		if v := strings.Join(c.Input.Header.Values(name), ","); v != "" {
			out[textproto.CanonicalMIMEHeaderKey(name)] = v
		}
	}
	if encoding, ok := out["Content-Encoding"]; ok {
		if encoding = withoutChunked(encoding); encoding == "" {
			delete(out, "Content-Encoding")
		} else {
			out["Content-Encoding"] = encoding
		}
	}
	add := func(name string, values []string) {
		name = strings.ToLower(name)
		if strings.HasPrefix(name, metadataPrefix) && name != metadataPrefix {
			out[name] = strings.Join(values, ",")
			size += len(name) - len(metadataPrefix) + len(out[name])
		}
	}
	if isPresigned(c) {
		for name, values := range c.Input.Query {
			add(name, values)
		}
	}
	for name, values := range c.Input.Header {
		add(name, values)
	}
	if size > maxMetadata {
		return nil, fail("MetadataTooLarge", "Size", strconv.Itoa(size), "MaxSizeAllowed", strconv.Itoa(maxMetadata))
	}
	if out["Content-Type"] == "" {
		out["Content-Type"] = "binary/octet-stream"
	}
	return out, nil
}

func withoutChunked(encodings string) string {
	var rest []string
	for e := range strings.SplitSeq(encodings, ",") {
		if e = strings.TrimSpace(e); e != "" && e != "aws-chunked" {
			rest = append(rest, e)
		}
	}
	return strings.Join(rest, ",")
}

// checkKey refuses keys that S3 cannot store.
func checkKey(c *service.Call) error {
	key := c.Input.Labels["Key"]
	if len(key) > maxKey {
		return fail("KeyTooLong", "Size", strconv.Itoa(len(key)), "MaxSizeAllowed", strconv.Itoa(maxKey))
	}
	return nil
}

// checkVersion: without versioning, the one version of an object is "null".
func checkVersion(c *service.Call) error {
	if v := c.Input.Query.Get("versionId"); c.Input.Query.Has("versionId") && v != "null" {
		return fail("NoSuchVersion", "ArgumentName", "versionId", "ArgumentValue", v)
	}
	return nil
}

// checkContentMD5 compares the body with Content-MD5, where the request has it.
func checkContentMD5(c *service.Call) error {
	claimed := c.Input.Header.Get("Content-Md5")
	if claimed == "" {
		return nil
	}
	if sum, err := base64.StdEncoding.DecodeString(claimed); err != nil || len(sum) != md5.Size {
		return fail("InvalidDigest", "Content-MD5", claimed)
	}
	sum := md5.Sum(c.Input.Body)
	if computed := base64.StdEncoding.EncodeToString(sum[:]); computed != claimed {
		return fail("BadContentMD5", "ExpectedDigest", claimed, "CalculatedDigest", computed)
	}
	return nil
}

// newPart makes a part of the request's body.
func newPart(c *service.Call, number int, algorithm string) (part, error) {
	if err := checkContentMD5(c); err != nil {
		return part{}, err
	}
	sum, err := bodyChecksum(c, algorithm)
	if err != nil {
		return part{}, err
	}
	return part{number, c.Input.Body, etagOf([][]byte{c.Input.Body}), c.Now.Truncate(time.Second), sum}, nil
}

// etagOf is the etag of a body: its MD5, in quotes.
func etagOf(pieces [][]byte) string {
	h := md5.New()
	for _, p := range pieces {
		h.Write(p)
	}
	return quoted(hex.EncodeToString(h.Sum(nil)))
}

func quoted(s string) string { return `"` + s + `"` }

func (b *Buckets) putObject(c *service.Call) (*protocol.Empty, error) { return b.put(c, nil) }

// put stores the body under the key, with tags.
func (b *Buckets) put(c *service.Call, tags []tag) (*protocol.Empty, error) {
	for _, check := range []func(*service.Call) error{checkKey, refuseHeaders} {
		if err := check(c); err != nil {
			return nil, err
		}
	}
	header, err := objectHeader(c)
	if err != nil {
		return nil, err
	}
	class, err := storageClassOf(c)
	if err != nil {
		return nil, err
	}
	p, err := newPart(c, 1, checksums.CRC64NVME)
	if err != nil {
		return nil, err
	}
	o := &object{parts: []part{p}, etag: p.etag, modified: p.modified, header: header, class: class,
		checksum: p.checksum, tags: tags}
	if err := b.store(c, o); err != nil {
		return nil, err
	}
	out := o.checksum.headers()
	out["ETag"], out["x-amz-server-side-encryption"] = o.etag, "AES256"
	return &protocol.Empty{Status: http.StatusOK, Header: out}, nil
}

// store puts an object into its place, if the request's conditions hold.
func (b *Buckets) store(c *service.Call, o *object) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	k, err := b.find(c)
	if err != nil {
		return err
	}
	key := c.Input.Labels["Key"]
	if err := checkWrite(c, k.objects[key], key); err != nil {
		return err
	}
	k.objects[key] = o
	return nil
}

// checkWrite holds a write to its If-Match and If-None-Match headers
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html), which a
// presigned URL may have in its query (localstack/localstack, test_pre_signed_url_if_match
// and test_pre_signed_url_if_none_match, validated against AWS on 2026-02-21).
func checkWrite(c *service.Call, old *object, key string) error {
	if want := headerOf(c, "if-none-match"); want != "" {
		if want != "*" {
			return missing(c, "If-None-Match other than *")
		}
		if old != nil {
			return fail("PreconditionFailed", "Condition", "If-None-Match")
		}
	}
	if want := headerOf(c, "if-match"); want != "" {
		switch {
		case old == nil:
			return fail("NoSuchKey", "Key", key)
		case !matchesETag(want, old.etag):
			return fail("PreconditionFailed", "Condition", "If-Match")
		}
	}
	return nil
}

func matchesETag(list, etag string) bool {
	for want := range strings.SplitSeq(list, ",") {
		if want = strings.TrimSpace(want); want == "*" || strings.Trim(want, `"`) == strings.Trim(etag, `"`) {
			return true
		}
	}
	return false
}

// object finds the object of a call. Whoever may not list the bucket is not told
// that a key is missing
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html).
func (b *Buckets) object(c *service.Call) (*object, error) {
	for _, check := range []func(*service.Call) error{checkVersion, refuseHeaders} {
		if err := check(c); err != nil {
			return nil, err
		}
	}
	b.mu.RLock()
	k, err := b.find(c)
	if err != nil {
		b.mu.RUnlock()
		return nil, err
	}
	o := k.objects[c.Input.Labels["Key"]]
	b.mu.RUnlock()
	if o != nil {
		return o, nil
	}
	if err := b.mayOn(c, k.name, "s3:ListBucket", bucketARN(c)); err != nil {
		return nil, err
	}
	return nil, fail("NoSuchKey", "Key", c.Input.Labels["Key"])
}

// wanted returns the requested object and the range of it; its third result is a
// finished 304 response, if the object has not changed.
func (b *Buckets) wanted(c *service.Call) (*object, *view, *protocol.Empty, error) {
	o, err := b.object(c)
	if err != nil {
		return nil, nil, nil, err
	}
	view, out, err := viewOf(c, o)
	if err != nil || out != nil {
		return nil, nil, out, err
	}
	return o, view, nil, overrideHeader(c, view.header)
}

func (b *Buckets) getObject(c *service.Call) (*protocol.Blob, error) {
	o, view, unchanged, err := b.wanted(c)
	if err != nil {
		return nil, err
	}
	if unchanged != nil {
		return &protocol.Blob{Status: unchanged.Status, Header: unchanged.Header}, nil
	}
	contentType := view.header["Content-Type"]
	delete(view.header, "Content-Type")
	return &protocol.Blob{Status: view.status, Header: view.header, ContentType: contentType,
		Pieces: o.slice(view.first, view.last)}, nil
}

func (b *Buckets) headObject(c *service.Call) (*protocol.Empty, error) {
	_, view, out, err := b.wanted(c)
	if err != nil || out != nil {
		return out, err
	}
	view.header["Content-Length"] = strconv.FormatInt(view.last-view.first+1, 10)
	return &protocol.Empty{Status: view.status, Header: view.header}, nil
}

type taggingResult struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ Tagging"`
	TagSet  struct{ Tag []tag }
}

// tagging shows the tags that an HTML form gave an object: every other way to give it
// some is refused.
func (b *Buckets) tagging(c *service.Call) (*taggingResult, error) {
	o, err := b.object(c)
	if err != nil {
		return nil, err
	}
	out := &taggingResult{}
	out.TagSet.Tag = o.tags
	return out, nil
}

// headers returns the response headers of the whole object.
func (o *object) headers() map[string]string {
	header := make(map[string]string, len(o.header)+5)
	for name, value := range o.header {
		if header[name] = latin1(value); strings.HasPrefix(name, metadataPrefix) {
			header[name] = encodedWord(value)
		}
	}
	header["ETag"] = o.etag
	header["Last-Modified"] = o.modified.UTC().Format(http.TimeFormat)
	header["Accept-Ranges"] = "bytes"
	header["x-amz-server-side-encryption"] = "AES256"
	if o.class != "STANDARD" {
		header["x-amz-storage-class"] = o.class
	}
	return header
}

// overrideHeader sets the headers that a signed GET asks for.
func overrideHeader(c *service.Call, header map[string]string) error {
	for _, name := range kept {
		v := c.Input.Query.Get("response-" + name)
		if v == "" {
			continue
		}
		if c.Caller == nil {
			return fail("AnonymousOverride")
		}
		if strings.ContainsFunc(v, func(r rune) bool { return r > unicode.MaxLatin1 }) {
			return fail("BeyondLatin1", "ArgumentName", "response-"+name, "ArgumentValue", v)
		}
		header[textproto.CanonicalMIMEHeaderKey(name)] = v
	}
	return nil
}

func (b *Buckets) deleteObject(c *service.Call) (*protocol.Empty, error) {
	if err := checkVersion(c); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	k, err := b.find(c)
	if err != nil {
		return nil, err
	}
	key := c.Input.Labels["Key"]
	if want := c.Input.Header.Get("If-Match"); want != "" {
		if old := k.objects[key]; old != nil && !matchesETag(want, old.etag) {
			return nil, fail("PreconditionFailed", "Condition", "If-Match")
		}
	}
	delete(k.objects, key)
	return &protocol.Empty{Status: http.StatusNoContent}, nil
}

// mayOn asks IAM for a further action on a bucket or an object in it. What is in a directory
// bucket is all allowed with the one action that the call was allowed for.
func (b *Buckets) mayOn(c *service.Call, bucket, action, resource string) error {
	if c.Operation.BySession && bucket == c.Input.Labels["Bucket"] {
		return nil
	}
	if isDirectory(bucket) {
		return b.mayCreate(c, iam.BucketSession{Bucket: bucket, ReadOnly: true})
	}
	policy, account := b.policyOf(c, bucket)
	if refusal := c.IAM.Authorize(c.Caller, s3Ask(c, action, resource, policy, account)); refusal != nil {
		return refusal
	}
	return nil
}
