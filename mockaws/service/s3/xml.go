package s3

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"

	"github.com/hostproof/hostproof/mockaws/service"
)

// maxXML bounds the documents that S3 takes, in bytes: a list of 1000 keys of
// 1024 bytes, each escaped, is below it.
const maxXML = 8 << 20

// readXML reads the request's document into a struct with an XMLName. Unknown
// elements are rejected, as S3 rejects elements outside its schema; the structs
// list the whole schema.
func readXML(c *service.Call, into any) error {
	body := c.Input.Body
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return fail("MissingBody")
	case len(body) > maxXML:
		return fail("MaxMessageLengthExceeded", "MaxMessageLengthBytes", strconv.Itoa(maxXML))
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(into); err != nil {
		return fail("MalformedXML")
	}
	for { // nothing but comments and space may follow
		switch token, err := d.Token(); t := token.(type) {
		case nil:
			if errors.Is(err, io.EOF) {
				return nil
			}
			return fail("MalformedXML")
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return fail("MalformedXML")
			}
		case xml.StartElement, xml.EndElement:
			return fail("MalformedXML")
		}
	}
}
