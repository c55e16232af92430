package catalog

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/catalog/models"
)

// Known are the services that AWS has, by their public models, as tables
// without handlers: a call of them is identified, authenticated, authorized and
// recorded, and then answered 501, or with an empty result by a mock that was
// told to.
var Known = sync.OnceValue(func() *Catalog {
	var list []*service.Service
	for _, m := range models.Services() {
		list = append(list, known(&m))
	}
	c := New(list...)
	c.scoped = true
	return c
})

func known(m *models.Service) *service.Service {
	prefix := m.EndpointPrefix
	if host := hostnames[prefix]; host != "" {
		prefix = host
	}
	s := &service.Service{
		ID: m.ID, EndpointPrefix: prefix, SigningName: m.SigningName, Version: queryVersion(m),
		TargetPrefix: m.TargetPrefix[strings.LastIndexByte(m.TargetPrefix, '.')+1:],
		// The windows are the same as in the tables of well-known services.
		SkewWindow: 5 * time.Minute, EventSource: m.EndpointPrefix + ".amazonaws.com", Modelled: true,
	}
	for _, name := range m.Protocols {
		d := dialects[name](m)
		if s.Dialect.Protocol == "" || s.Dialect.Protocol == protocol.CBOR {
			s.Dialect = d
		}
		if s.Dialects == nil {
			s.Dialects = map[protocol.Name]protocol.Dialect{}
		}
		s.Dialects[d.Protocol] = d
	}
	switch s.Dialect.Protocol {
	case protocol.Query, protocol.EC2, protocol.RESTXML:
		s.SkewWindow = 15 * time.Minute
	}
	for _, op := range m.Operations {
		path, query, _ := strings.Cut(op.Path, "?")
		row := service.Operation{Name: op.Name, Method: op.Method, Path: path, Unsigned: op.Unsigned,
			Action: actionPrefix(m.SigningName) + ":" + op.Name, Output: op.Output}
		if query != "" {
			row.Query = strings.Split(query, "&")
		}
		s.Operations = append(s.Operations, row)
	}
	// Routes are tried in order: what demands more comes first, so that
	// "/token?aws_iam=t" is not taken for "/token".
	slices.SortStableFunc(s.Operations, func(a, b service.Operation) int {
		return cmp.Or(len(b.Query)-len(a.Query), strings.Count(a.Path, "{")-strings.Count(b.Path, "{"))
	})
	return s
}

// hostnames are those that differ from the endpoint prefix of the model
// (https://github.com/boto/botocore/tree/develop/botocore/data/geo-maps).
var hostnames = map[string]string{"geo-maps": "maps.geo", "geo-places": "places.geo", "geo-routes": "routes.geo"}

// queryVersion is the API version that calls of the Query protocol name.
func queryVersion(m *models.Service) string {
	for _, p := range m.Protocols {
		if p == "query" || p == "ec2" {
			return m.Version
		}
	}
	return ""
}

// dialects make a dialect of a model's protocol. That a service refuses as the
// others of its protocol do is likely; rows that a well-known service overrides
// are not among them.
var dialects = map[string]func(*models.Service) protocol.Dialect{
	"rest-json": func(*models.Service) protocol.Dialect {
		return protocol.Dialect{Protocol: protocol.RESTJSON, Errors: protocol.Tabulate(protocol.RESTJSONRows)}
	},
	"json": func(m *models.Service) protocol.Dialect {
		d := protocol.Dialect{Protocol: protocol.JSON11, Errors: protocol.Tabulate(protocol.JSONRows)}
		if m.JSONVersion == "1.0" {
			d.Protocol, d.Namespace = protocol.JSON10, "com.amazon.coral.service#"
		}
		return d
	},
	"query": func(m *models.Service) protocol.Dialect {
		return protocol.Dialect{Protocol: protocol.Query, Namespace: m.Namespace,
			Errors: protocol.Tabulate(protocol.QueryRows)}
	},
	"ec2": func(m *models.Service) protocol.Dialect {
		return protocol.Dialect{Protocol: protocol.EC2, Namespace: m.Namespace,
			Errors: protocol.Tabulate(protocol.EC2Rows)}
	},
	"rest-xml": func(m *models.Service) protocol.Dialect {
		return protocol.Dialect{Protocol: protocol.RESTXML, Namespace: m.Namespace,
			Errors: protocol.Tabulate(protocol.QueryRows)}
	},
	"smithy-rpc-v2-cbor": func(*models.Service) protocol.Dialect {
		return protocol.Dialect{Protocol: protocol.CBOR, Namespace: "com.amazon.coral.service#",
			Errors: protocol.Tabulate(protocol.JSONRows)}
	},
}

// actionPrefix is the service in IAM's actions. For most it is the signing name;
// these are the well-known others
// (https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).
func actionPrefix(signingName string) string {
	if prefix := actionPrefixes[signingName]; prefix != "" {
		return prefix
	}
	return signingName
}

var actionPrefixes = map[string]string{
	"monitoring": "cloudwatch", "email": "ses", "elasticmapreduce": "elasticmapreduce", "tagging": "tag",
	"cognito-identity": "cognito-identity", "entitlement.marketplace": "aws-marketplace", "s3-outposts": "s3-outposts",
}
