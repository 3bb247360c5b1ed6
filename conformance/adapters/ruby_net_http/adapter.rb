# frozen_string_literal: true

# The adapter: the protocol on one side, the client of focus.rb on the other.

require 'base64'
require_relative 'focus'

TIMES = %w[start created_at updated_at completed_at archived_at deleted_at].freeze
SAFE = (2**53) - 1
PAGED = %i[list_task_time_blocks list_time_blocks].freeze

# A value of the protocol as the client takes it: numbers, texts, and keys as symbols.
def given(value)
  case value
  when Array then value.map { |each| given(each) }
  when Hash
    return value['$int'].to_i if value.keys == ['$int']
    return value['$datetime'] if value.keys == ['$datetime']

    value.to_h { |name, each| [name.to_sym, given(each)] }
  else value
  end
end

# A value of the client as the protocol writes it.
def result(value, name = nil)
  case value
  when Array then value.map { |each| result(each) }
  when Hash then value.to_h { |key, each| [key, result(each, key)] }
  when Integer then value.abs > SAFE ? { '$int' => value.to_s } : value
  when String then TIMES.include?(name) ? { '$datetime' => value } : value
  else value
  end
end

def described(error)
  return { kind: 'other', message: "#{error.class}: #{error.message}" } unless error.is_a?(Focus::Error)

  { kind: error.kind, message: error.message, status: error.status, code: error.code }.compact
end

# Speaks the protocol; each call runs in a thread of its own.
class Adapter
  HELLO = {
    type: 'hello', protocol: 1,
    sdk: { name: 'ruby-net-http', version: RUBY_VERSION, language: 'Ruby' },
    operations: Focus::OPERATIONS.keys, features: %w[stream paginate retry timeout basic], parallel: 4
  }.freeze

  def initialize
    @clients = {}
    @lock = Mutex.new
    @calls = []
  end

  def run
    $stdin.each_line do |line|
      message = JSON.parse(line)
      case message['type']
      when 'hello' then say(HELLO)
      when 'call' then @calls << Thread.new { say(reply(message)) }
      when 'bye' then break
      else say(id: message['id'], outcome: 'adapter_error', message: "unknown #{message['type']}")
      end
    end
    @calls.each(&:join)
  end

  private

  def say(message)
    @lock.synchronize do
      $stdout.puts(JSON.generate(message))
      $stdout.flush
    end
  end

  def client(base_url, auth)
    authorization = case auth['kind']
                    when 'bearer' then "Bearer #{auth['token']}"
                    else "Basic #{Base64.strict_encode64("#{auth['username']}:#{auth['password']}")}"
                    end
    @lock.synchronize { @clients[[base_url, authorization]] ||= Focus::Client.new(base_url, authorization) }
  end

  def reply(message)
    { id: message['id'], **outcome(message) }
  rescue StandardError => e
    { id: message['id'], outcome: 'adapter_error', message: "#{e.class}: #{e.message} #{e.backtrace.first}" }
  end

  def outcome(message)
    name = message['operation'].to_sym
    sdk = client(message['base_url'], message['auth'])
    named = arguments(message)
    return items(message, sdk.enum_for(:stream, name, **named)) if name == :stream_time_blocks
    return items(message, sdk.enum_for(:pages, name, **named)) if PAGED.include?(name) && message['consume']

    begin
      { outcome: 'value', value: result(sdk.call(name, **named)) }
    rescue StandardError => e
      { outcome: 'error', error: described(e) }
    end
  end

  def arguments(message)
    given = given(message['arguments'])
    options = message['options']
    named = { path: given.fetch(:path, {}), query: given.fetch(:query, {}), body: given[:body] }.compact
    named[:timeout] = options['timeout_ms'] / 1000.0 if options['timeout_ms']
    named[:max_retries] = options['max_retries'] if options['max_retries']
    named
  end

  def items(message, source)
    most = message['consume']&.delete_prefix('first:')&.to_i if message['consume'] != 'all'
    found = []
    source.each do |item|
      found << result(item)
      break if found.size == most
    end
    { outcome: 'items', items: found, complete: true }
  rescue StandardError => e
    { outcome: 'items', items: found, complete: false, error: described(e) }
  end
end

Adapter.new.run
