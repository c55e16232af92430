package s3

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/internal/checksums"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

// upload is a multipart upload that is not completed yet.
type upload struct {
	id, key   string
	initiated time.Time
	initiator string // ARN
	header    map[string]string
	class     string
	algorithm string // of its checksum
	kind      string // fullObject or composite
	chosen    bool   // by the caller; else parts may have any checksum
	parts     map[int]part
}

type createUploadResult struct {
	XMLName  xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ InitiateMultipartUploadResult"`
	Bucket   string
	Key      string
	UploadID string `xml:"UploadId"`
}

func (b *Buckets) createUpload(c *service.Call) (*protocol.Document, error) {
	for _, check := range []func(*service.Call) error{checkKey, refuseHeaders} {
		if err := check(c); err != nil {
			return nil, err
		}
	}
	u := &upload{
		id: service.RandomText(service.Letters+"0123456789._", 128), key: c.Input.Labels["Key"],
		initiated: c.Now.Truncate(time.Second), initiator: c.Caller.Principal.ARN, parts: map[int]part{},
	}
	var err error
	if u.header, err = objectHeader(c); err != nil {
		return nil, err
	}
	if u.class, err = storageClassOf(c); err != nil {
		return nil, err
	}
	if err := u.choose(c); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	k, err := b.find(c)
	if err != nil {
		return nil, err
	}
	k.uploads[u.id] = u
	header := map[string]string{"x-amz-server-side-encryption": "AES256"}
	if u.chosen {
		header["x-amz-checksum-algorithm"], header["x-amz-checksum-type"] = strings.ToUpper(u.algorithm), u.kind
	}
	return &protocol.Document{Header: header, Value: &createUploadResult{Bucket: k.name, Key: u.key, UploadID: u.id}},
		nil
}

// choose reads which checksum the upload will have. Without a wish it is
// CRC64NVME of the whole object, whatever the parts have; CRC64NVME cannot be made of parts' checksums,
// and SHA only of them
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html).
func (u *upload) choose(c *service.Call) error {
	u.algorithm, u.kind = strings.ToLower(headerOf(c, "x-amz-checksum-algorithm")), headerOf(c, "x-amz-checksum-type")
	if u.algorithm == "" {
		if u.kind != "" {
			return fail("InvalidRequest", "message",
				"The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")
		}
		u.algorithm, u.kind = checksums.CRC64NVME, fullObject
		return nil
	}
	if checksums.Hashes[u.algorithm] == nil {
		return fail("InvalidRequest", "message",
			"Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, "+
				"CRC32C, CRC64NVME, MD5, SHA1, SHA256, SHA512, XXHASH128, XXHASH3, XXHASH64]")
	}
	u.chosen = true
	linear := strings.HasPrefix(u.algorithm, "crc")
	switch {
	case u.kind == "" && u.algorithm == checksums.CRC64NVME:
		u.kind = fullObject
	case u.kind == "":
		u.kind = composite
	case u.kind != fullObject && u.kind != composite:
		return fail("InvalidRequest", "message", "Value for x-amz-checksum-type header is invalid.")
	case u.kind == composite && u.algorithm == checksums.CRC64NVME, u.kind == fullObject && !linear:
		return fail("InvalidRequest", "message",
			fmt.Sprintf("The %s checksum type cannot be used with the %s checksum algorithm.", u.kind, u.algorithm))
	}
	return nil
}

// uploadOf finds the upload of a call; callers hold the lock.
func (b *Buckets) uploadOf(c *service.Call) (*bucket, *upload, error) {
	k, err := b.find(c)
	if err != nil {
		return nil, nil, err
	}
	id := c.Input.Query.Get("uploadId")
	if u := k.uploads[id]; u != nil && u.key == c.Input.Labels["Key"] {
		return k, u, nil
	}
	return nil, nil, fail("NoSuchUpload", "UploadId", id)
}

func partNumberOf(c *service.Call) (int, error) {
	text := c.Input.Query.Get("partNumber")
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxParts {
		return 0, invalidArgument("Part number must be an integer between 1 and 10000, inclusive", "partNumber", text)
	}
	return n, nil
}

// checkPartChecksum: a part has the checksum that was chosen for the upload; it
// may go without where the object's is made of the object
// (floci-io/floci#3093 with answers of AWS, versity/versitygw#1419).
func (u *upload) checkPartChecksum(names []string) error {
	actual := "null"
	if len(names) > 0 {
		actual = strings.TrimPrefix(names[0], checksums.Prefix)
	}
	if !u.chosen || actual == u.algorithm || actual == "null" && u.kind == fullObject {
		return nil
	}
	return fail("InvalidRequest", "message",
		fmt.Sprintf("Checksum Type mismatch occurred, expected checksum Type: %s, actual checksum Type: %s",
			u.algorithm,
			actual))
}

// beginPart finds the upload that a part is for. What is read of it never changes.
func (b *Buckets) beginPart(c *service.Call) (*upload, int, error) {
	number, err := partNumberOf(c)
	if err != nil {
		return nil, 0, err
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	_, u, err := b.uploadOf(c)
	return u, number, err
}

func (b *Buckets) uploadPart(c *service.Call) (*protocol.Empty, error) {
	if err := refuseHeaders(c); err != nil {
		return nil, err
	}
	u, number, err := b.beginPart(c)
	if err != nil {
		return nil, err
	}
	if err := u.checkPartChecksum(checksumNames(c)); err != nil {
		return nil, err
	}
	p, err := newPart(c, number, u.algorithm)
	if err != nil {
		return nil, err
	}
	if err := b.keepPart(c, p); err != nil {
		return nil, err
	}
	out := p.checksum.headers()
	delete(out, checksums.Prefix+"type") // of objects only
	out["ETag"], out["x-amz-server-side-encryption"] = p.etag, "AES256"
	return &protocol.Empty{Status: http.StatusOK, Header: out}, nil
}

func (b *Buckets) keepPart(c *service.Call, p part) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, u, err := b.uploadOf(c)
	if err != nil {
		return err
	}
	u.parts[p.number] = p
	return nil
}

func (b *Buckets) abortUpload(c *service.Call) (*protocol.Empty, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k, u, err := b.uploadOf(c)
	if err != nil {
		return nil, err
	}
	delete(k.uploads, u.id)
	return &protocol.Empty{Status: http.StatusNoContent}, nil
}

// checksumMembers are the elements that name a checksum in documents.
type checksumMembers struct {
	ChecksumCRC32     string `xml:",omitempty"`
	ChecksumCRC32C    string `xml:",omitempty"`
	ChecksumCRC64NVME string `xml:",omitempty"`
	ChecksumMD5       string `xml:",omitempty"`
	ChecksumSHA1      string `xml:",omitempty"`
	ChecksumSHA256    string `xml:",omitempty"`
	ChecksumSHA512    string `xml:",omitempty"`
	ChecksumXXHASH128 string `xml:",omitempty"`
	ChecksumXXHASH3   string `xml:",omitempty"`
	ChecksumXXHASH64  string `xml:",omitempty"`
}

func (m *checksumMembers) of(algorithm string) *string {
	switch algorithm {
	case "crc32":
		return &m.ChecksumCRC32
	case "crc32c":
		return &m.ChecksumCRC32C
	case checksums.CRC64NVME:
		return &m.ChecksumCRC64NVME
	case "md5":
		return &m.ChecksumMD5
	case "sha1":
		return &m.ChecksumSHA1
	case "sha256":
		return &m.ChecksumSHA256
	case "sha512":
		return &m.ChecksumSHA512
	case "xxhash3":
		return &m.ChecksumXXHASH3
	case "xxhash64":
		return &m.ChecksumXXHASH64
	default:
		return &m.ChecksumXXHASH128
	}
}

func membersOf(s checksum) checksumMembers {
	var m checksumMembers
	if s.algorithm != "" {
		*m.of(s.algorithm) = s.value
	}
	return m
}

type completeInput struct {
	XMLName xml.Name        `xml:"CompleteMultipartUpload"`
	Parts   []completedPart `xml:"Part"`
}

type completedPart struct {
	PartNumber *int
	ETag       string
	checksumMembers
}

type completeResult struct {
	XMLName  xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ CompleteMultipartUploadResult"`
	Location string
	Bucket   string
	Key      string
	ETag     string
	checksumMembers
	ChecksumType string `xml:",omitempty"`
}

func (b *Buckets) completeUpload(c *service.Call) (*protocol.Document, error) {
	var in completeInput
	if err := readXML(c, &in); err != nil {
		return nil, err
	}
	if len(in.Parts) == 0 || len(in.Parts) > maxParts {
		return nil, fail("MalformedXML")
	}
	u, parts, err := b.choosePart(c, in.Parts)
	if err != nil {
		return nil, err
	}
	o, err := u.object(c, parts)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	k, u, err := b.uploadOf(c)
	if err != nil {
		return nil, err
	}
	if err := checkWrite(c, k.objects[u.key], u.key); err != nil {
		return nil, err
	}
	k.objects[u.key] = o
	delete(k.uploads, u.id)
	return &protocol.Document{
		Header: map[string]string{"x-amz-server-side-encryption": "AES256"},
		Value: &completeResult{
			Location: "https://" + endpointOf(k, true) + "/" + u.key, Bucket: k.name, Key: u.key, ETag: o.etag,
			checksumMembers: membersOf(o.checksum), ChecksumType: o.checksum.kind,
		},
	}, nil
}

// choosePart finds the parts that the caller lists.
func (b *Buckets) choosePart(c *service.Call, list []completedPart) (*upload, []part, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	_, u, err := b.uploadOf(c)
	if err != nil {
		return nil, nil, err
	}
	parts := make([]part, 0, len(list))
	for i, want := range list {
		if want.PartNumber == nil {
			return nil, nil, fail("MalformedXML")
		}
		if i > 0 && *want.PartNumber <= parts[i-1].number {
			return nil, nil, fail("InvalidPartOrder", "UploadId", u.id)
		}
		p, ok := u.parts[*want.PartNumber]
		if !ok || strings.Trim(want.ETag, `"`) != strings.Trim(p.etag, `"`) || !want.agrees(p) {
			return nil, nil, fail("InvalidPart", "UploadId", u.id, "PartNumber", strconv.Itoa(*want.PartNumber), "ETag",
				strings.Trim(want.ETag, `"`))
		}
		if u.kind == composite && *want.of(u.algorithm) == "" {
			return nil, nil, fail("InvalidRequest", "message",
				fmt.Sprintf(
					"The upload was created using a %s checksum. The complete request must include the checksum for "+
						"each part. It was missing for part %d in the request.", u.algorithm, p.number))
		}
		parts = append(parts, p)
	}
	for _, p := range parts[:len(parts)-1] {
		if size := len(p.data); size < minPart {
			return nil, nil, fail("EntityTooSmall", "ProposedSize", strconv.Itoa(size), "MinSizeAllowed",
				strconv.Itoa(minPart),
				"PartNumber", strconv.Itoa(p.number), "ETag", strings.Trim(p.etag, `"`))
		}
	}
	return u, parts, nil
}

// agrees: a checksum that the list gives for a part is the part's.
func (want *completedPart) agrees(p part) bool {
	claimed := *want.of(p.checksum.algorithm)
	return claimed == "" || claimed == p.checksum.value
}

// object puts the parts together, and compares the checksum and the size that
// the caller claims for the whole.
func (u *upload) object(c *service.Call, parts []part) (*object, error) {
	o := &object{parts: parts, modified: c.Now.Truncate(time.Second), header: u.header, class: u.class, byParts: true}
	h := md5.New()
	for i := range parts {
		sum, err := hex.DecodeString(strings.Trim(parts[i].etag, `"`))
		if err != nil {
			panic("service: an etag of our own does not decode: " + err.Error())
		}
		h.Write(sum)
	}
	o.etag = quoted(hex.EncodeToString(h.Sum(nil)) + "-" + strconv.Itoa(len(parts)))
	if u.kind == composite {
		o.checksum = compositeOf(u.algorithm, parts)
	} else {
		o.checksum = checksumOf(u.algorithm, o.slice(0, o.size()-1)...)
	}
	if kind := c.Input.Header.Get("X-Amz-Checksum-Type"); kind != "" && kind != u.kind {
		return nil, fail("InvalidRequest", "message",
			fmt.Sprintf(
				"The upload was created using the %s checksum mode. The complete request must use the same checksum "+
					"mode.", u.kind))
	}
	if claimed := c.Input.Header.Get(checksums.Prefix + u.algorithm); claimed != "" && claimed != o.checksum.value &&
		u.kind == fullObject {
		return nil, fail("BadDigest", "algorithm", strings.ToUpper(u.algorithm))
	}
	if claimed := c.Input.Header.Get("X-Amz-Mp-Object-Size"); claimed != "" && claimed != strconv.FormatInt(o.size(),
		10) {
		return nil, fail("InvalidRequest", "message",
			fmt.Sprintf("The provided 'x-amz-mp-object-size' header value %s does not match what was computed: %d",
				claimed,
				o.size()))
	}
	return o, nil
}
