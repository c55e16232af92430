package s3

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/internal/checksums"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

// source finds the object that a call copies. The caller must be allowed to read
// it as if by GetObject.
func (b *Buckets) source(c *service.Call) (*object, string, error) {
	name, key, query, err := sourceOf(c)
	switch {
	case err != nil:
		return nil, "", err
	case query != "" && query != "versionId=null":
		return nil, "", fail("NoSuchVersion", "ArgumentName", "versionId", "ArgumentValue",
			strings.TrimPrefix(query, "versionId="))
	}
	path := name + "/" + key
	if _, account := b.policyOf(c, name); account == "" {
		return nil, "", fail("NoSuchBucket", "BucketName", name)
	}
	if err := b.mayOn(c, name, "s3:GetObject", "arn:aws:s3:::"+path); err != nil {
		return nil, "", err
	}
	b.mu.RLock()
	var o *object
	if k := b.buckets[name]; k != nil {
		o = k.objects[key]
	}
	b.mu.RUnlock()
	if o == nil {
		if err := b.mayOn(c, name, "s3:ListBucket", "arn:aws:s3:::"+name); err != nil {
			return nil, "", err
		}
		return nil, "", fail("NoSuchKey", "Key", key)
	}
	return o, path, checkSource(c, o)
}

// sourceOf are the bucket and the key that a call copies, and what it says of the version.
func sourceOf(c *service.Call) (name, key, query string, err error) {
	text := c.Input.Header.Get("X-Amz-Copy-Source")
	path, query, _ := strings.Cut(text, "?")
	path, err = url.PathUnescape(strings.TrimPrefix(path, "/"))
	name, key, ok := strings.Cut(path, "/")
	switch {
	case err != nil || !ok || name == "" || key == "":
		return "", "", "", invalidArgument("Invalid copy source object key", "x-amz-copy-source", text)
	case strings.HasPrefix(name, "arn:"):
		return "", "", "", missing(c, "a copy source of an access point")
	}
	return name, key, query, nil
}

// maySource asks IAM for the object that a call copies where another emulator has it.
func (b *Buckets) maySource(c *service.Call) error {
	name, key, _, err := sourceOf(c)
	if err != nil {
		return err
	}
	return b.mayOn(c, name, "s3:GetObject", "arn:aws:s3:::"+name+"/"+key)
}

// checkSource holds a copy to its conditions on the source
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html).
func checkSource(c *service.Call, o *object) error {
	header := func(name string) string { return c.Input.Header.Get("X-Amz-Copy-Source-If-" + name) }
	since := func(name string) (time.Time, bool) {
		t, err := http.ParseTime(header(name))
		return t, err == nil
	}
	failed := ""
	if want := header("Match"); want != "" {
		if !matchesETag(want, o.etag) {
			failed = "x-amz-copy-source-If-Match"
		}
	} else if t, ok := since("Unmodified-Since"); ok && o.modified.After(t) {
		failed = "x-amz-copy-source-If-Unmodified-Since"
	}
	if want := header("None-Match"); want != "" {
		if matchesETag(want, o.etag) {
			failed = "x-amz-copy-source-If-None-Match"
		}
	} else if t, ok := since("Modified-Since"); ok && !o.modified.After(t) {
		failed = "x-amz-copy-source-If-Modified-Since"
	}
	if failed != "" {
		return fail("PreconditionFailed", "Condition", failed)
	}
	return nil
}

type copyResult struct {
	XMLName      xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ CopyObjectResult"`
	ETag         string
	LastModified string
	checksumMembers
	ChecksumType string `xml:",omitempty"`
}

func (b *Buckets) copyObject(c *service.Call) (*protocol.Document, error) {
	for _, check := range []func(*service.Call) error{checkKey, refuseHeaders} {
		if err := check(c); err != nil {
			return nil, err
		}
	}
	from, path, err := b.source(c)
	if err != nil {
		return nil, err
	}
	directive := c.Input.Header.Get("X-Amz-Metadata-Directive")
	replace := strings.EqualFold(directive, "REPLACE")
	if directive != "" && !replace && !strings.EqualFold(directive, "COPY") {
		return nil, fail("InvalidArgument", "message", "Unknown metadata directive.", "ArgumentName",
			"x-amz-metadata-directive", "ArgumentValue", directive)
	}
	class, err := storageClassOf(c)
	if err != nil {
		return nil, err
	}
	if !replace && class == from.class && path == c.Input.Labels["Bucket"]+"/"+c.Input.Labels["Key"] {
		return nil, fail("CopyToItself")
	}
	o := *from
	o.modified, o.class = c.Now.Truncate(time.Second), class
	if replace {
		if o.header, err = objectHeader(c); err != nil {
			return nil, err
		}
	}
	if err := o.rejoin(c); err != nil {
		return nil, err
	}
	if err := b.store(c, &o); err != nil {
		return nil, err
	}
	return &protocol.Document{
		Header: map[string]string{"x-amz-server-side-encryption": "AES256"},
		Value: &copyResult{ETag: o.etag, LastModified: o.modified.UTC().Format(timeFormat),
			checksumMembers: membersOf(o.checksum), ChecksumType: o.checksum.kind},
	}, nil
}

// rejoin: a copy is one piece, whatever its source was uploaded in, and has a
// checksum of the whole. The bytes are shared, not joined: the parts stay as the
// pieces they are, and only the etag is the whole's.
func (o *object) rejoin(c *service.Call) error {
	algorithm := strings.ToLower(c.Input.Header.Get("X-Amz-Checksum-Algorithm"))
	if algorithm == "" {
		algorithm = o.checksum.algorithm
	}
	if checksums.Hashes[algorithm] == nil {
		return missing(c, "the checksum "+algorithm)
	}
	pieces := o.slice(0, o.size()-1)
	if o.checksum.algorithm != algorithm || o.checksum.kind != fullObject {
		o.checksum = checksumOf(algorithm, pieces...)
	}
	if o.byParts {
		o.etag, o.byParts = etagOf(pieces), false
	}
	return nil
}

type copyPartResult struct {
	XMLName      xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ CopyPartResult"`
	ETag         string
	LastModified string
	checksumMembers
}

func (b *Buckets) uploadPartCopy(c *service.Call) (*protocol.Document, error) {
	if err := refuseHeaders(c); err != nil {
		return nil, err
	}
	u, number, err := b.beginPart(c)
	if err != nil {
		return nil, err
	}
	from, _, err := b.source(c)
	if err != nil {
		return nil, err
	}
	first, last := int64(0), from.size()-1
	if text := c.Input.Header.Get("X-Amz-Copy-Source-Range"); text != "" {
		var ok bool
		first, last, ok = readRange(text, from.size())
		if !ok || first > last || !strings.HasSuffix(text, "-"+strconv.FormatInt(last, 10)) {
			return nil, invalidArgument(
				"The x-amz-copy-source-range value must be of the form bytes=first-last where first "+
					"and last are the zero-based offsets of the first and last bytes to copy",
				"x-amz-copy-source-range",
				text)
		}
	}
	var joined []byte
	if pieces := from.slice(first, last); len(pieces) == 1 {
		joined = pieces[0]
	} else {
		joined = make([]byte, 0, last-first+1)
		for _, piece := range pieces {
			joined = append(joined, piece...)
		}
	}
	p := part{number, joined, etagOf([][]byte{joined}), c.Now.Truncate(time.Second), checksumOf(u.algorithm, joined)}
	if err := b.keepPart(c, p); err != nil {
		return nil, err
	}
	return &protocol.Document{
		Header: map[string]string{"x-amz-server-side-encryption": "AES256"},
		Value: &copyPartResult{ETag: p.etag, LastModified: p.modified.UTC().Format(timeFormat),
			checksumMembers: membersOf(p.checksum)},
	}, nil
}
