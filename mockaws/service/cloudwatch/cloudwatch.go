package cloudwatch

import (
	"cmp"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

// New is Amazon CloudWatch's metrics: PutMetricData, and a list of the
// metrics that were put. It speaks Query and, as current SDKs do, CBOR; JSON
// too.
func New() *service.Service {
	s := &metricStore{}
	compatible := protocol.Dialect{Protocol: protocol.CBOR, Namespace: "com.amazon.coral.service#",
		ModelNamespace: "com.amazonaws.cloudwatch#", Errors: protocol.Tabulate(protocol.CompatibleRows)}
	overJSON := compatible
	overJSON.Protocol = protocol.JSON10
	return &service.Service{
		ID: "CloudWatch", EndpointPrefix: "monitoring", SigningName: "monitoring",
		TargetPrefix: "GraniteServiceVersion20100801", Version: "2010-08-01",
		Dialect: protocol.Dialect{
			Protocol: protocol.Query, Namespace: "http://monitoring.amazonaws.com/doc/2010-08-01/",
			Errors: protocol.Tabulate(protocol.QueryRows),
		},
		Dialects:   map[protocol.Name]protocol.Dialect{protocol.CBOR: compatible, protocol.JSON10: overJSON},
		SkewWindow: 15 * time.Minute, EventSource: "monitoring.amazonaws.com",
		Operations: append([]service.Operation{
			// Denied without a resource (github-aws-runners/terraform-aws-github-runner#3067).
			{Name: "PutMetricData", Action: "cloudwatch:PutMetricData", Resource: service.NoResource,
				Conditions: metricNamespace, DataEvent: true, Handle: service.HandleForm(s.put)},
			{Name: "ListMetrics", Action: "cloudwatch:ListMetrics", Resource: service.NoResource, ReadOnly: true,
				Handle: service.HandleForm(s.list)},
		}, service.Unimplemented("GetMetricData", "GetMetricStatistics", "PutMetricAlarm", "DescribeAlarms",
			"DeleteAlarms",
			"SetAlarmState",
			"PutDashboard", "GetDashboard", "ListDashboards", "DeleteDashboards")...),
	}
}

type metricStore struct {
	mu      sync.Mutex
	metrics map[service.Place][]metric
}

type metric struct {
	Namespace  string
	MetricName string
	Dimensions []dimension `xml:"Dimensions>member,omitempty"`
}

type dimension struct{ Name, Value string }

type metricDatum struct {
	MetricName        string
	Dimensions        []dimension
	Value             *float64
	Values, Counts    []float64
	StatisticValues   *struct{ SampleCount, Sum, Minimum, Maximum float64 }
	Unit              string
	StorageResolution int
	Timestamp         service.Ignored
}

type putMetricInput struct {
	Namespace  string
	MetricData metricData
}

// metricNamespace fills cloudwatch:namespace, with which policies limit
// PutMetricData.
func metricNamespace(c *service.Call) map[string][]string {
	name := c.Input.Form.Get("Namespace")
	if name == "" {
		name = c.Text("Namespace")
	}
	return map[string][]string{"cloudwatch:namespace": {name}}
}

// metricData reads itself from a form. Of statistics and lists of values nothing but
// their presence matters.
type metricData []metricDatum

// ReadForm reads one datum more than there may be, for the check to see it.
func (data *metricData) ReadForm(c *service.Call, name string) error {
	for i := 1; i <= maxMetricData+1; i++ {
		m := formMember(c.Input.Form, name+".member."+strconv.Itoa(i)+".")
		if len(m) == 0 {
			return nil
		}
		d, err := readDatum(m, i)
		if err != nil {
			return err
		}
		*data = append(*data, d)
	}
	return nil
}

func readDatum(m url.Values, i int) (metricDatum, error) {
	d := metricDatum{MetricName: m.Get("MetricName"), Unit: m.Get("Unit")}
	if text := m.Get("Value"); text != "" {
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return d, metricError("InvalidParameterValue",
				"The parameter MetricData.member.%d.Value must be a number that is not NaN.", i)
		}
		d.Value = &value
	}
	if m.Get("StatisticValues.SampleCount") != "" {
		d.StatisticValues = &struct{ SampleCount, Sum, Minimum, Maximum float64 }{}
	}
	if m.Get("Values.member.1") != "" {
		d.Values = []float64{0}
	}
	for k := 1; ; k++ {
		pair := formMember(m, "Dimensions.member."+strconv.Itoa(k)+".")
		if len(pair) == 0 {
			return d, nil
		}
		d.Dimensions = append(d.Dimensions, dimension{pair.Get("Name"), pair.Get("Value")})
	}
}

// formMember are the parts of a form whose names begin with a prefix, without
// it.
func formMember(form url.Values, prefix string) url.Values {
	out := url.Values{}
	for name, values := range form {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			out[rest] = values
		}
	}
	return out
}

const (
	maxMetricData = 1000
	maxDimensions = 30
)

// metricError has the code of Query services, which the SDKs show in all
// protocols.
func metricError(code, format string, args ...any) *service.Error {
	e := service.Errorf(code, format, args...)
	e.QueryError = code + ";Sender"
	return e
}

func (in *putMetricInput) check() error {
	switch {
	case in.Namespace == "":
		return metricError("MissingParameter", "The parameter Namespace is required.")
	case strings.HasPrefix(in.Namespace, "AWS/"):
		return metricError("InvalidParameterValue", "The value AWS/ for parameter Namespace is invalid.")
	case len(in.MetricData) == 0:
		return metricError("MissingParameter", "The parameter MetricData is required.")
	case len(in.MetricData) > maxMetricData:
		return metricError("InvalidParameterValue", "The collection MetricData must not have a size greater than %d.",
			maxMetricData)
	}
	for i := range in.MetricData {
		d, at := &in.MetricData[i], i+1
		switch {
		case d.MetricName == "":
			return metricError("MissingParameter", "The parameter MetricData.member.%d.MetricName is required.", at)
		case len(d.Dimensions) > maxDimensions:
			return metricError("InvalidParameterValue",
				"The collection MetricData.member.%d.Dimensions must not have a size greater than %d.", at,
				maxDimensions)
		case d.Value != nil && (math.IsNaN(*d.Value) || math.IsInf(*d.Value, 0)):
			return metricError("InvalidParameterValue",
				"The parameter MetricData.member.%d.Value must be a number that is not NaN.", at)
		case d.Value == nil && d.StatisticValues == nil && len(d.Values) == 0:
			return metricError("InvalidParameterCombination",
				"At least one of the parameters must be specified: MetricData.member.%d.Value, "+
					"StatisticValues or Values.", at)
		}
	}
	return nil
}

func (s *metricStore) put(c *service.Call, in *putMetricInput) (*service.Nothing, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.metrics == nil {
		s.metrics = map[service.Place][]metric{}
	}
	at := c.Place()
	for _, d := range in.MetricData {
		slices.SortFunc(d.Dimensions, compareDimensions)
		m := metric{in.Namespace, d.MetricName, d.Dimensions}
		i, found := slices.BinarySearchFunc(s.metrics[at], m, compareMetrics)
		if !found {
			s.metrics[at] = slices.Insert(s.metrics[at], i, m)
		}
	}
	return nil, nil
}

func compareMetrics(a, b metric) int {
	return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.MetricName, b.MetricName),
		slices.CompareFunc(a.Dimensions, b.Dimensions, compareDimensions))
}

func compareDimensions(a, b dimension) int {
	return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Value, b.Value))
}

type metricList struct {
	Metrics   []metric `xml:"Metrics>member"`
	NextToken string   `xml:",omitempty" json:",omitempty"`
}

const metricsPerPage = 500

type listInput struct{ Namespace, MetricName, NextToken string }

func (s *metricStore) list(c *service.Call, in *listInput) (*metricList, error) {
	skip, err := strconv.Atoi("0" + in.NextToken)
	if err != nil {
		return nil, metricError("InvalidParameterValue", "The parameter NextToken is not one that a list returned.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []metric{}
	for _, m := range s.metrics[c.Place()] {
		if (in.Namespace == "" || in.Namespace == m.Namespace) && (in.MetricName == "" ||
			in.MetricName == m.MetricName) {
			found = append(found, m)
		}
	}
	out := &metricList{Metrics: service.Page(found, skip, metricsPerPage)}
	if skip+metricsPerPage < len(found) {
		out.NextToken = strconv.Itoa(skip + metricsPerPage)
	}
	return out, nil
}
