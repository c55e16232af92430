package cloudwatch

import "testing"

// TestBounds: "up to 1000 metrics in one call", "as many as 30 dimensions".
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
func TestBounds(t *testing.T) {
	if maxMetricData != 1000 || maxDimensions != 30 {
		t.Errorf("%d metrics, %d dimensions", maxMetricData, maxDimensions)
	}
	one := 1.0
	for n, good := range map[int]bool{0: false, 1: true, 1000: true, 1001: false} {
		in := putMetricInput{Namespace: "app"}
		for range n {
			in.MetricData = append(in.MetricData, metricDatum{MetricName: "a", Value: &one})
		}
		if err := in.check(); (err == nil) != good {
			t.Errorf("%d metrics: %v", n, err)
		}
	}
}
