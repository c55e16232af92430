package s3

import (
	"encoding/xml"
	"errors"

	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// maxDelete is how many keys one request may delete
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html).
const maxDelete = 1000

type deleteInput struct {
	XMLName xml.Name `xml:"Delete"`
	Quiet   bool
	Objects []struct {
		Key       *string
		VersionID string `xml:"VersionId"`
		ETag      string
		Modified  string `xml:"LastModifiedTime"`
		Size      string
	} `xml:"Object"`
}

type deleteResult struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ DeleteResult"`
	Deleted []deletedKey
	Errors  []deleteError `xml:"Error"`
}

type deletedKey struct{ Key string }

type deleteError struct{ Key, Code, Message string }

// mayDelete asks IAM for each key that a call deletes where another emulator has them, also
// for several of one object, of which that emulator may take any.
func (b *Buckets) mayDelete(c *service.Call) error {
	var in struct {
		XMLName xml.Name `xml:"Delete"`
		Keys    []string `xml:"Object>Key"`
	}
	if err := readXML(c, &in); err != nil {
		return err
	}
	if len(in.Keys) == 0 {
		return fail("MalformedXML")
	}
	for _, key := range in.Keys {
		if err := b.mayOn(c, c.Input.Labels["Bucket"], "s3:DeleteObject", bucketARN(c)+"/"+key); err != nil {
			return err
		}
	}
	return nil
}

// deleteObjects asks IAM for each key by itself: a key that the caller may not
// delete is an error in a result that is accepted.
func (b *Buckets) deleteObjects(c *service.Call) (*deleteResult, error) {
	if err := checkBodyChecksums(c); err != nil {
		return nil, err
	}
	var in deleteInput
	if err := readXML(c, &in); err != nil {
		return nil, err
	}
	if len(in.Objects) == 0 || len(in.Objects) > maxDelete {
		return nil, fail("MalformedXML")
	}
	out := &deleteResult{}
	for _, o := range in.Objects {
		switch {
		case o.Key == nil || *o.Key == "":
			return nil, fail("MalformedXML")
		case o.Modified != "" || o.Size != "":
			return nil, missing(c, "LastModifiedTime and Size")
		}
		if err := b.deleteOne(c, *o.Key, o.VersionID, o.ETag); err != nil {
			failed, unexpected := deleteFailure(*o.Key, err)
			if unexpected != nil {
				return nil, unexpected
			}
			out.Errors = append(out.Errors, failed)
		} else if !in.Quiet {
			out.Deleted = append(out.Deleted, deletedKey{*o.Key})
		}
	}
	return out, nil
}

func (b *Buckets) deleteOne(c *service.Call, key, version, etag string) error {
	if err := b.mayOn(c, c.Input.Labels["Bucket"], "s3:DeleteObject", bucketARN(c)+"/"+key); err != nil {
		return err
	}
	if version != "" && version != "null" {
		return fail("NoSuchVersion")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	k, err := b.find(c)
	if err != nil {
		return err
	}
	if old := k.objects[key]; etag != "" && old != nil && !matchesETag(etag, old.etag) {
		return fail("PreconditionFailed")
	}
	delete(k.objects, key)
	return nil
}

// deleteFailure is how the result shows an error of one key.
func deleteFailure(key string, err error) (deleteError, error) {
	var failed *service.Error
	switch {
	case errors.As(err, &failed):
		return deleteError{key, failed.Code, failed.Message}, nil
	case denied(err):
		var refusal *verdict.Refusal
		errors.As(err, &refusal)
		denial, _ := verdict.CauseOf[verdict.Denial](refusal)
		return deleteError{key, "AccessDenied", deniedText(denial)}, nil
	default:
		return deleteError{}, err
	}
}
