package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

func isText(answer []byte) error {
	return http200(answer, "text/plain", func(body string) bool { return body != "" })
}

func isTwiML(answer []byte) error {
	return http200(answer, "text/xml", func(body string) bool { return strings.Contains(body, "<Response") })
}

func isDeferral(answer []byte) error {
	return http200(answer, "application/json", func(body string) bool { return body == "" })
}

func isDequeue(answer []byte) error {
	return http200(answer, "application/json", func(body string) bool { return strings.Contains(body, `"dequeue"`) })
}

func isReceived(answer []byte) error {
	response, err := httpAnswer(answer)
	if err == nil && response.StatusCode != http.StatusNoContent {
		err = fmt.Errorf("HTTP status is %d, want 204", response.StatusCode)
	}
	return err
}

func isBatchDone(answer []byte) error {
	var response struct {
		Failures *[]json.RawMessage `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(answer, &response); err != nil {
		return fmt.Errorf("decode answer to SQS: %w", err)
	}
	if response.Failures == nil || len(*response.Failures) > 0 {
		return fmt.Errorf("answer to SQS is %s, want an empty list of failures", answer)
	}
	return nil
}

func isQueueReport(answer []byte) error {
	var report struct {
		QueueSID string `json:"queue_sid"`
		Changed  bool   `json:"changed"`
	}
	if err := json.Unmarshal(answer, &report); err != nil {
		return fmt.Errorf("decode report: %w", err)
	}
	if report.QueueSID == "" || !report.Changed {
		return fmt.Errorf("report is %s, want a queue that was changed", answer)
	}
	return nil
}

func isLinkedReport(answer []byte) error {
	var report struct {
		Calls []struct {
			WorkerCallSID string `json:"worker_call_sid"`
		} `json:"calls"`
	}
	if err := json.Unmarshal(answer, &report); err != nil {
		return fmt.Errorf("decode report: %w", err)
	}
	if len(report.Calls) != 1 || report.Calls[0].WorkerCallSID != workerCallSID {
		return fmt.Errorf("report is %s, want one call with its worker call", answer)
	}
	return nil
}

func http200(answer []byte, contentType string, wanted func(body string) bool) error {
	response, err := httpAnswer(answer)
	switch {
	case err != nil:
		return err
	case response.StatusCode != http.StatusOK:
		return fmt.Errorf("HTTP status is %d, want 200", response.StatusCode)
	case !strings.HasPrefix(response.Headers["Content-Type"], contentType):
		return fmt.Errorf("content type is %q, want %s", response.Headers["Content-Type"], contentType)
	case !wanted(response.Body):
		return fmt.Errorf("unexpected body %q", response.Body)
	}
	return nil
}

func httpAnswer(answer []byte) (events.APIGatewayV2HTTPResponse, error) {
	var response events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(answer, &response); err != nil {
		return response, fmt.Errorf("decode HTTP answer: %w", err)
	}
	return response, nil
}
