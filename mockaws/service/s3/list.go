package s3

import (
	"encoding/base64"
	"encoding/xml"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/mockaws/service"
)

// listing is what all lists of keys share: some names of a sorted list, where
// those with a delimiter after the prefix stand together as one.
type listing struct {
	prefix, delimiter, after string
	most                     int
	// What take leaves: the names of the page with common prefixes among them,
	// and the last one where the page is not the last.
	names     []string
	common    map[string]bool
	truncated bool
}

// take goes through the sorted names for one page.
func (l *listing) take(names []string) {
	l.common = map[string]bool{}
	for _, name := range names {
		rest, ok := strings.CutPrefix(name, l.prefix)
		if !ok || name <= l.after {
			continue
		}
		group := false
		if before, _, found := strings.Cut(rest, l.delimiter); found && l.delimiter != "" {
			name, group = l.prefix+before+l.delimiter, true
			if l.common[name] || name == l.after {
				continue
			}
		}
		if len(l.names) == l.most {
			l.truncated = l.most > 0
			return
		}
		l.names = append(l.names, name)
		l.common[name] = group
	}
}

// last is the name that the next page begins after.
func (l *listing) last() string {
	if !l.truncated {
		return ""
	}
	return l.names[len(l.names)-1]
}

// keyEncoder writes keys as the request wants them: as they are, or encoded as in a
// query string
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html).
func keyEncoder(c *service.Call) (func(string) string, error) {
	switch t := c.Input.Query.Get("encoding-type"); t {
	case "":
		return func(s string) string { return s }, nil
	case "url":
		return func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "%2F", "/") }, nil
	default:
		return nil, invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", t)
	}
}

func continuationToken(name string) string {
	if name == "" {
		return ""
	}
	return base64.StdEncoding.EncodeToString([]byte("1" + name))
}

// continuation is the name that a continuation token stands for.
func continuation(c *service.Call) (string, error) {
	token := c.Input.Query.Get("continuation-token")
	if token == "" && !c.Input.Query.Has("continuation-token") {
		return "", nil
	}
	name, err := base64.StdEncoding.DecodeString(token)
	if err != nil || len(name) < 2 || name[0] != '1' {
		return "", invalidArgument("The continuation token provided is incorrect", "continuation-token", token)
	}
	return string(name[1:]), nil
}

type owner struct{ ID string }

type objectItem struct {
	Key, LastModified, ETag string
	ChecksumAlgorithm       string `xml:",omitempty"`
	ChecksumType            string `xml:",omitempty"`
	Size                    int64
	Owner                   *owner `xml:",omitempty"`
	StorageClass            string
}

type commonPrefix struct{ Prefix string }

// listed are the members that both versions of the list have.
type listed struct {
	Name           string
	Prefix         string
	MaxKeys        int
	Delimiter      string `xml:",omitempty"`
	EncodingType   string `xml:",omitempty"`
	IsTruncated    bool
	Contents       []objectItem
	CommonPrefixes []commonPrefix
}

type listObjectsV1Result struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListBucketResult"`
	listed
	Marker     string
	NextMarker string `xml:",omitempty"`
}

type listObjectsV2Result struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListBucketResult"`
	listed
	KeyCount              int
	StartAfter            string `xml:",omitempty"`
	ContinuationToken     string `xml:",omitempty"`
	NextContinuationToken string `xml:",omitempty"`
}

// listObjects fills a page that begins after a name.
func (b *Buckets) listObjects(c *service.Call, after string, withOwner bool) (*listed, *listing, error) {
	q := c.Input.Query
	most, err := countParameter(c, "max-keys", 1000)
	if err != nil {
		return nil, nil, err
	}
	encode, err := keyEncoder(c)
	if err != nil {
		return nil, nil, err
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	k, err := b.find(c)
	if err != nil {
		return nil, nil, err
	}
	l := &listing{prefix: q.Get("prefix"), delimiter: q.Get("delimiter"), after: after, most: most}
	l.take(slices.Sorted(maps.Keys(k.objects)))
	out := &listed{
		Name: k.name, Prefix: encode(l.prefix), MaxKeys: most, Delimiter: encode(l.delimiter),
		EncodingType: q.Get("encoding-type"), IsTruncated: l.truncated,
	}
	for _, name := range l.names {
		if l.common[name] {
			out.CommonPrefixes = append(out.CommonPrefixes, commonPrefix{encode(name)})
			continue
		}
		item := k.objects[name].item(encode(name))
		if withOwner {
			item.Owner = &owner{canonicalID(k.account)}
		}
		out.Contents = append(out.Contents, item)
	}
	return out, l, nil
}

func (o *object) item(key string) objectItem {
	return objectItem{
		Key: key, LastModified: o.modified.UTC().Format(timeFormat), ETag: o.etag, Size: o.size(),
		StorageClass:      o.class,
		ChecksumAlgorithm: strings.ToUpper(o.checksum.algorithm), ChecksumType: o.checksum.kind,
	}
}

func (b *Buckets) listObjectsV1(c *service.Call) (*listObjectsV1Result, error) {
	marker := c.Input.Query.Get("marker")
	page, l, err := b.listObjects(c, marker, true)
	if err != nil {
		return nil, err
	}
	encode, err := keyEncoder(c)
	if err != nil {
		return nil, err
	}
	out := &listObjectsV1Result{listed: *page, Marker: encode(marker)}
	if l.delimiter != "" {
		out.NextMarker = encode(l.last())
	}
	return out, nil
}

func (b *Buckets) listObjectsV2(c *service.Call) (*listObjectsV2Result, error) {
	q := c.Input.Query
	after, err := continuation(c)
	if err != nil {
		return nil, err
	}
	if after == "" {
		after = q.Get("start-after")
	}
	page, l, err := b.listObjects(c, after, q.Get("fetch-owner") == "true")
	if err != nil {
		return nil, err
	}
	encode, err := keyEncoder(c)
	if err != nil {
		return nil, err
	}
	return &listObjectsV2Result{
		listed: *page, KeyCount: len(l.names), StartAfter: encode(q.Get("start-after")),
		ContinuationToken: q.Get("continuation-token"), NextContinuationToken: continuationToken(l.last()),
	}, nil
}
