package s3

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

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
