package s3

import (
	"encoding/xml"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/service"
)

type person struct {
	ID          string
	DisplayName string `xml:",omitempty"`
}

type listPartsResult struct {
	XMLName              xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListPartsResult"`
	Bucket               string
	Key                  string
	UploadID             string `xml:"UploadId"`
	Initiator            person
	Owner                person
	StorageClass         string
	PartNumberMarker     int
	NextPartNumberMarker int
	MaxParts             int
	IsTruncated          bool
	ChecksumAlgorithm    string     `xml:",omitempty"`
	ChecksumType         string     `xml:",omitempty"`
	EncodingType         string     `xml:",omitempty"`
	Parts                []partItem `xml:"Part"`
}

type partItem struct {
	PartNumber   int
	LastModified string
	ETag         string
	Size         int
	checksumMembers
}

func (b *Buckets) listParts(c *service.Call) (*listPartsResult, error) {
	most, err := countParameter(c, "max-parts", 1000)
	if err != nil {
		return nil, err
	}
	after, err := countParameter(c, "part-number-marker", maxParts)
	if err != nil {
		return nil, err
	}
	if c.Input.Query.Get("part-number-marker") == "" {
		after = 0
	}
	encode, err := keyEncoder(c)
	if err != nil {
		return nil, err
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	k, u, err := b.uploadOf(c)
	if err != nil {
		return nil, err
	}
	out := &listPartsResult{
		Bucket: k.name, Key: encode(u.key), UploadID: u.id, Initiator: person{u.initiator, ""},
		Owner:        person{canonicalID(k.account), ""},
		StorageClass: u.class, PartNumberMarker: after, MaxParts: most,
		EncodingType: c.Input.Query.Get("encoding-type"),
	}
	if u.chosen {
		out.ChecksumAlgorithm, out.ChecksumType = strings.ToUpper(u.algorithm), u.kind
	}
	for _, n := range slices.Sorted(maps.Keys(u.parts)) {
		if n <= after {
			continue
		}
		if len(out.Parts) == most {
			out.IsTruncated = most > 0
			break
		}
		p := u.parts[n]
		out.Parts = append(out.Parts, partItem{n, p.modified.UTC().Format(timeFormat), p.etag, len(p.data),
			membersOf(p.checksum)})
		out.NextPartNumberMarker = n
	}
	return out, nil
}

type listUploadsResult struct {
	XMLName            xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListMultipartUploadsResult"`
	Bucket             string
	KeyMarker          string
	UploadIDMarker     string `xml:"UploadIdMarker"`
	NextKeyMarker      string `xml:",omitempty"`
	NextUploadIDMarker string `xml:"NextUploadIdMarker,omitempty"`
	Delimiter          string `xml:",omitempty"`
	Prefix             string
	EncodingType       string `xml:",omitempty"`
	MaxUploads         int
	IsTruncated        bool
	Uploads            []uploadItem `xml:"Upload"`
	CommonPrefixes     []commonPrefix
}

type uploadItem struct {
	Key               string
	UploadID          string `xml:"UploadId"`
	Initiator         person
	Owner             person
	StorageClass      string
	Initiated         string
	ChecksumAlgorithm string
	ChecksumType      string
}

// listUploads sorts by key, and uploads of one key by time. A page ends between
// them at an upload, which the two markers name together.
func (b *Buckets) listUploads(c *service.Call) (*listUploadsResult, error) {
	q := c.Input.Query
	most, err := countParameter(c, "max-uploads", 1000)
	if err != nil {
		return nil, err
	}
	encode, err := keyEncoder(c)
	if err != nil {
		return nil, err
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	k, err := b.find(c)
	if err != nil {
		return nil, err
	}
	uploads, names := k.sortedUploads()
	l := &listing{prefix: q.Get("prefix"), delimiter: q.Get("delimiter"), most: most}
	if key := q.Get("key-marker"); key != "" {
		// After a whole key, unless the other marker names one of its uploads.
		l.after = key + "\x00\xff"
		if u := k.uploads[q.Get("upload-id-marker")]; u != nil && u.key == key {
			l.after = u.sortName()
		} else if l.delimiter != "" && strings.HasSuffix(key, l.delimiter) {
			l.after = key
		}
	}
	l.take(names)
	out := &listUploadsResult{
		Bucket: k.name, KeyMarker: encode(q.Get("key-marker")), UploadIDMarker: q.Get("upload-id-marker"),
		Delimiter: encode(l.delimiter),
		Prefix:    encode(l.prefix), EncodingType: q.Get("encoding-type"), MaxUploads: most, IsTruncated: l.truncated,
	}
	for _, name := range l.names {
		if l.common[name] {
			out.CommonPrefixes = append(out.CommonPrefixes, commonPrefix{encode(name)})
			continue
		}
		u := uploads[name]
		out.Uploads = append(out.Uploads, uploadItem{
			encode(u.key), u.id, person{u.initiator, ""}, person{canonicalID(k.account), ""}, u.class,
			u.initiated.UTC().Format(timeFormat),
			strings.ToUpper(u.algorithm), u.kind,
		})
	}
	if last := l.last(); last != "" {
		out.NextKeyMarker = encode(last)
		if u := uploads[last]; u != nil && !l.common[last] {
			out.NextKeyMarker, out.NextUploadIDMarker = encode(u.key), u.id
		}
	}
	return out, nil
}

// sortName puts uploads into their order: by key, then by time.
func (u *upload) sortName() string {
	return u.key + "\x00" + u.initiated.UTC().Format(time.RFC3339) + u.id
}

func (k *bucket) sortedUploads() (map[string]*upload, []string) {
	byName := make(map[string]*upload, len(k.uploads))
	for _, u := range k.uploads {
		byName[u.sortName()] = u
	}
	return byName, slices.Sorted(maps.Keys(byName))
}
