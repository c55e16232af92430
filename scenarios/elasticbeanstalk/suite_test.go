package elasticbeanstalk_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestElasticBeanstalk(t *testing.T) { suite.Run(t, "AWS Elastic Beanstalk") }
