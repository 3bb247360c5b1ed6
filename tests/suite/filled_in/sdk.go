package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

const (
	name    = "filled-in"
	version = "1"
)

var features = []string{}

type Client struct{ baseURL, token string }

func makeClient(baseURL string, auth Auth) (*Client, error) { return &Client{baseURL, auth.Token}, nil }

type refusal int

func (r refusal) Error() string { return fmt.Sprint("status ", int(r)) }

var calls = map[string]func(client *Client, given Arguments) (any, error){
	"get_time_block": func(client *Client, given Arguments) (any, error) {
		fmt.Println("what an SDK prints does no harm")
		url := fmt.Sprintf("%s/organizations/%d/workspaces/%d/tasks/%d/time-blocks/%d", client.baseURL,
			given.ID("organization_id"), given.ID("workspace_id"), given.ID("task_id"), given.ID("time_block_id"))
		request, err := http.NewRequest("GET", url, nil)
		if err != nil {
			return nil, err
		}
		request.Header.Set("Authorization", "Bearer "+client.token)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return nil, err
		}
		defer response.Body.Close()
		if response.StatusCode != 200 {
			return nil, refusal(response.StatusCode)
		}
		var block any
		decoder := json.NewDecoder(response.Body)
		decoder.UseNumber()
		err = decoder.Decode(&block)
		return block, err
	},
}

var iterators = map[string]func(client *Client, given Arguments, each func(item any) bool) error{}

func described(err error) Error {
	var status refusal
	if errors.As(err, &status) {
		return Error{Kind: "api", Status: int(status)}
	}
	return Error{Kind: "other", Message: err.Error()}
}
