package service

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
)

// maxXML bounds the documents that S3 takes, in bytes: a list of 1000 keys of
// 1024 bytes, each escaped, is below it.
const maxXML = 8 << 20

// readXML reads the request's document into a struct with an XMLName. Elements
// that the struct has no field for are S3's or nobody's; S3 refuses those that
// its schema has not, and what it has is listed in the structs.
func (c *Call) readXML(into any) error {
	body := c.Input.Body
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return s3Fail("MissingBody")
	case len(body) > maxXML:
		return s3Fail("MaxMessageLengthExceeded", "MaxMessageLengthBytes", strconv.Itoa(maxXML))
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(into); err != nil {
		return s3Fail("MalformedXML")
	}
	for { // nothing but comments and space may follow
		switch token, err := d.Token(); t := token.(type) {
		case nil:
			if errors.Is(err, io.EOF) {
				return nil
			}
			return s3Fail("MalformedXML")
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return s3Fail("MalformedXML")
			}
		case xml.StartElement, xml.EndElement:
			return s3Fail("MalformedXML")
		}
	}
}
