package s3

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"time"

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
}

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
		return nil, fail("MetadataTooLarge", "Size", strconv.Itoa(size), "MaxSize", strconv.Itoa(maxMetadata))
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
		return fail("KeyTooLong", "Size", strconv.Itoa(len(key)), "MaxSize", strconv.Itoa(maxKey))
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

func (b *Buckets) putObject(c *service.Call) (*protocol.Empty, error) {
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
		checksum: p.checksum}
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
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
func checkWrite(c *service.Call, old *object, key string) error {
	if want := c.Input.Header.Get("If-None-Match"); want != "" {
		if want != "*" {
			return missing(c, "If-None-Match other than *")
		}
		if old != nil {
			return fail("PreconditionFailed", "Condition", "If-None-Match")
		}
	}
	if want := c.Input.Header.Get("If-Match"); want != "" {
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

// wanted is the object that is read and what of it; where it has not changed,
// the answer is the third value.
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
	TagSet  struct{}
}

// tagging shows no tags: whatever would give an object one is refused.
func (b *Buckets) tagging(c *service.Call) (*taggingResult, error) {
	if _, err := b.object(c); err != nil {
		return nil, err
	}
	return &taggingResult{}, nil
}

// headers are those of the whole object.
func (o *object) headers() map[string]string {
	header := maps.Clone(o.header)
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

// mayOn asks IAM for a further action on a bucket or an object in it.
func (b *Buckets) mayOn(c *service.Call, bucket, action, resource string) error {
	policy, account := b.policyOf(c, bucket)
	if refusal := c.IAM.Authorize(c.Caller, s3Ask(c, action, resource, policy, account)); refusal != nil {
		return refusal
	}
	return nil
}

// A view is what a GET or HEAD shows of an object.
type view struct {
	status      int
	first, last int64 // of its bytes
	header      map[string]string
}

// viewOf applies the conditions, the range or the part number of a request. Where
// the object has not changed, the answer is the second value.
func viewOf(c *service.Call, o *object) (*view, *protocol.Empty, error) {
	if out, err := checkRead(c, o); out != nil || err != nil {
		return nil, out, err
	}
	v := &view{http.StatusOK, 0, o.size() - 1, o.headers()}
	rng, number := c.Input.Header.Get("Range"), c.Input.Query.Get("partNumber")
	switch {
	case rng != "" && number != "":
		return nil, nil, fail("RangeAndPart")
	case number != "":
		return v, nil, v.pick(o, number)
	case rng != "":
		if err := v.cut(o, rng); err != nil {
			return nil, nil, err
		}
	}
	if v.status == http.StatusOK && strings.EqualFold(headerOf(c, "x-amz-checksum-mode"), "ENABLED") {
		maps.Copy(v.header, o.checksum.headers())
	}
	return v, nil, nil
}

// checkRead holds a read to its conditions, in the order of RFC 9110, section
// 13.2.2, which S3 follows
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html).
func checkRead(c *service.Call, o *object) (*protocol.Empty, error) {
	h := c.Input.Header
	if want := h.Get("If-Match"); want != "" {
		if !matchesETag(want, o.etag) {
			return nil, fail("PreconditionFailed", "Condition", "If-Match")
		}
	} else if t, err := http.ParseTime(h.Get("If-Unmodified-Since")); err == nil && o.modified.After(t) {
		return nil, fail("PreconditionFailed", "Condition", "If-Unmodified-Since")
	}
	unchanged := false
	if want := h.Get("If-None-Match"); want != "" {
		unchanged = matchesETag(want, o.etag)
	} else if t, err := http.ParseTime(h.Get("If-Modified-Since")); err == nil {
		unchanged = !o.modified.After(t)
	}
	if !unchanged {
		return nil, nil
	}
	return &protocol.Empty{Status: http.StatusNotModified, Header: map[string]string{
		"ETag": o.etag, "Last-Modified": o.modified.UTC().Format(http.TimeFormat),
	}}, nil
}

// cut takes one range of bytes. S3 ignores a Range header that it cannot read or
// that has several ranges
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html).
func (v *view) cut(o *object, header string) error {
	first, last, ok := readRange(header, o.size())
	if !ok {
		return nil
	}
	if first > last {
		return fail("InvalidRange", "RangeRequested", header, "ActualObjectSize", strconv.FormatInt(o.size(), 10))
	}
	v.part(first, last, o.size())
	return nil
}

func (v *view) part(first, last, size int64) {
	v.status, v.first, v.last = http.StatusPartialContent, first, last
	v.header["Content-Range"] = fmt.Sprintf("bytes %d-%d/%d", first, last, size)
}

// readRange reads "bytes=1-9", "bytes=5-" or "bytes=-5"; first > last where
// nothing of the object is in it.
func readRange(header string, size int64) (first, last int64, ok bool) {
	list, ok := strings.CutPrefix(header, "bytes=")
	from, to, dash := strings.Cut(strings.TrimSpace(list), "-")
	if !ok || !dash {
		return 0, 0, false
	}
	first, errFrom := readBytes(from)
	last, errTo := readBytes(to)
	switch {
	case from == "" && errTo == nil:
		if last == 0 || size == 0 {
			return 1, 0, true
		}
		return max(size-last, 0), size - 1, true
	case errFrom != nil, to != "" && errTo != nil:
		return 0, 0, false
	case to == "":
		last = size - 1
	case last < first:
		return 0, 0, false
	}
	if first >= size {
		return 1, 0, true
	}
	return first, min(last, size-1), true
}

func readBytes(s string) (int64, error) {
	n, err := strconv.ParseUint(s, 10, 62)
	return int64(n), err
}

// pick takes one part of the object, counted from 1. One that was not uploaded
// in parts has one.
func (v *view) pick(o *object, number string) error {
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > maxParts {
		return invalidArgument("Part number must be an integer between 1 and 10000, inclusive", "partNumber", number)
	}
	if n > len(o.parts) {
		return fail("InvalidPartNumber", "PartNumberRequested", number, "ActualPartCount", strconv.Itoa(len(o.parts)))
	}
	var first int64
	for i := range n - 1 {
		first += int64(len(o.parts[i].data))
	}
	if o.byParts {
		v.header["x-amz-mp-parts-count"] = strconv.Itoa(len(o.parts))
	}
	if o.size() > 0 {
		v.part(first, first+int64(len(o.parts[n-1].data))-1, o.size())
	}
	return nil
}

// denied says whether an error is a refusal of IAM.
func denied(err error) bool {
	var r *verdict.Refusal
	return errors.As(err, &r) && r.Reason == verdict.Denied
}
