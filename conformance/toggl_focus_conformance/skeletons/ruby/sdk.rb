# frozen_string_literal: true

# What the suite must know of your SDK. Fill it in; adapter.rb does the rest.
module SDK
  NAME = 'my-sdk'
  VERSION = '0.0.0'
  FEATURES = [].freeze # what the SDK has of: stream, paginate, retry, timeout, basic

  # Make a client. It is kept for later calls with the same base URL and credentials.
  # auth has kind, which is 'bearer' with token, or 'basic' with username and password.
  def self.make_client(base_url, auth)
    raise NotImplementedError, 'sdk.rb: fill in make_client'
  end

  # The operations that the SDK has; add an entry for each. Arguments that are not there were not given.
  # Timestamps are Time.
  CALLS = {
    # 'get_time_block' => ->(client, path:, **) { client.block(path[:task_id], path[:time_block_id]) },
    'get_time_block' => lambda { |client, path:, query:, body:, options:|
      raise NotImplementedError, 'sdk.rb: fill in get_time_block'
    }
  }.freeze

  # Entries with the same arguments that give an Enumerator: stream_time_blocks (feature stream), and
  # list_time_blocks and list_task_time_blocks for all pages (feature paginate).
  ITERATORS = {}.freeze

  # What an exception of the SDK means: kind, and of an API error status, code and message.
  # kind is api, decode, transport, timeout or usage. nil: not an exception that the SDK declares.
  def self.error(exception)
    # { kind: 'api', status: exception.status, message: exception.message } if exception.is_a?(MySDK::Error)
  end
end
