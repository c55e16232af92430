// Package models names every AWS service and every operation of it, in a table
// made from public service models, so that a call that the mock does not
// implement is recognised all the same.
package models

import (
	"bufio"
	"compress/gzip"
	_ "embed" // the table
	"fmt"
	"io"
	"strings"
	"sync"
)

// Service is an AWS service as its model describes it.
type Service struct {
	ID             string // "Route 53"
	EndpointPrefix string // "route53": the beginning of its hostnames
	SigningName    string
	// "rest-json", "json", "query", "ec2", "rest-xml", "smithy-rpc-v2-cbor"; the preferred one first
	Protocols    []string
	JSONVersion  string // "1.0" or "1.1"
	TargetPrefix string // of X-Amz-Target
	Version      string // of the API
	Namespace    string // of its XML
	Operations   []Operation
}

// Operation is one operation of a service.
type Operation struct {
	Name         string
	Method, Path string // of REST protocols
	Unsigned     bool   // the model wants no signature
	Output       string // of rest-xml: the name of the output
}

//go:embed services.tsv.gz
var table string

// Services are all services of the table. The slice is shared: do not change it.
var Services = sync.OnceValue(func() []Service {
	list, err := read(strings.NewReader(table))
	if err != nil {
		panic("the table of AWS's services is broken: " + err.Error()) // a test reads it
	}
	return list
})

// Release is the release of botocore that the table was made of: services and
// operations that are newer are not known here.
type Release struct {
	Version string `json:"version"` // "1.44.8"
	Built   string `json:"built"`   // the day, as 2026-11-20
}

// String is "botocore 1.44.8 of 2026-11-20".
func (r Release) String() string { return "botocore " + r.Version + " of " + r.Built }

// Version is the release that the table was made of.
var Version = sync.OnceValue(func() Release {
	r, err := release(strings.NewReader(table))
	if err != nil {
		panic("the table of AWS's services is broken: " + err.Error()) // a test reads it
	}
	return r
})

// release reads the first line of a table.
func release(r io.Reader) (Release, error) {
	unzipped, err := gzip.NewReader(r)
	if err != nil {
		return Release{}, err
	}
	line, err := bufio.NewReader(unzipped).ReadString('\n')
	if err != nil {
		return Release{}, err
	}
	var out Release
	if _, err := fmt.Sscanf(line, "# Made of botocore %s built %s\n", &out.Version, &out.Built); err != nil {
		return Release{}, fmt.Errorf("the first line, %.80q, does not say of which release it was made", line)
	}
	out.Version = strings.TrimSuffix(out.Version, ",")
	return out, nil
}

// read reads a table: a line S for a service, then a line O, or U where it is
// unsigned, for each of its operations. Fields are separated by tabs.
func read(r io.Reader) ([]Service, error) {
	unzipped, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	var list []Service
	lines := bufio.NewScanner(unzipped)
	for n := 1; lines.Scan(); n++ {
		f := strings.Split(lines.Text(), "\t")
		switch {
		case strings.HasPrefix(f[0], "#"):
		case f[0] == "S" && len(f) == 9:
			list = append(list, Service{ID: f[1], EndpointPrefix: f[2], SigningName: f[3],
				Protocols:   strings.Split(f[4], ","),
				JSONVersion: f[5], TargetPrefix: f[6], Version: f[7], Namespace: f[8]})
		case (f[0] == "O" || f[0] == "U") && len(f) >= 2 && len(list) > 0:
			s := &list[len(list)-1]
			op := Operation{Name: f[1], Unsigned: f[0] == "U"}
			f = append(f, "", "", "")
			op.Method, op.Path, op.Output = f[2], f[3], f[4]
			s.Operations = append(s.Operations, op)
		default:
			return nil, fmt.Errorf("line %d is neither a service nor an operation", n)
		}
	}
	return list, lines.Err()
}
