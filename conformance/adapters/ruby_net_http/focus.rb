# frozen_string_literal: true

# A small client of the time-blocks API on Ruby's net/http, without gems.

require 'json'
require 'net/http'
require 'openssl'
require 'time'
require 'timeout'
require 'uri'

require_relative 'items'

module Focus
  # All errors of this client. kind: api, decode, transport, timeout or usage.
  class Error < StandardError
    attr_reader :kind, :status, :code

    def initialize(kind, message, status: nil, code: nil)
      super(message)
      @kind = kind
      @status = status
      @code = code
    end
  end

  WORKSPACE = '/organizations/%<organization_id>s/workspaces/%<workspace_id>s/time-blocks'
  TASK = '/organizations/%<organization_id>s/workspaces/%<workspace_id>s/tasks/%<task_id>s/time-blocks'
  BLOCK = "#{TASK}/%<time_block_id>s"

  # method, path, whether it may be sent again
  OPERATIONS = {
    list_task_time_blocks: [:Get, TASK, true],
    create_time_block: [:Post, TASK, false],
    get_time_block: [:Get, BLOCK, true],
    replace_time_block: [:Put, BLOCK, true],
    update_time_block: [:Patch, BLOCK, true],
    delete_time_block: [:Delete, BLOCK, true],
    archive_time_block: [:Post, "#{BLOCK}/archive", false],
    restore_time_block: [:Patch, "#{BLOCK}/restore", true],
    unarchive_time_block: [:Post, "#{BLOCK}/unarchive", false],
    list_time_blocks: [:Get, WORKSPACE, true],
    bulk_create_time_blocks: [:Post, "#{WORKSPACE}/bulk", false],
    bulk_update_time_blocks: [:Patch, "#{WORKSPACE}/bulk", false],
    bulk_delete_time_blocks: [:Delete, "#{WORKSPACE}/bulk", true],
    stream_time_blocks: [:Get, "#{WORKSPACE}/stream", true]
  }.freeze

  PASSING = [429, 502, 503, 504].freeze
  LARGEST_PAGE = 100
  PAUSE = 0.2

  BROKEN = [SystemCallError, IOError, SocketError, OpenSSL::SSL::SSLError, Net::ProtocolError,
            Net::HTTPBadResponse, Net::HTTPHeaderSyntaxError, Zlib::Error].freeze

  # One client for a base URL and credentials. Each call has a connection of its own.
  class Client
    def initialize(base_url, authorization)
      @base = URI(base_url)
      @authorization = authorization
    end

    # The value of the response; nil if it has no body.
    def call(name, path: {}, query: {}, body: nil, **options)
      check_entries(name, query, body)
      send_request(name, path, query, body, **options) do |response, _|
        next if response.is_a?(Net::HTTPNoContent)

        text = String.new
        read(response) { |piece| text << piece }
        decode(text)
      end
    end

    # The blocks of a stream as they arrive.
    def stream(name, path: {}, query: {}, **options, &block)
      send_request(name, path, query, nil, **options) do |response, started|
        items = Items.new
        read(response) do |piece|
          items.feed(piece) do |text|
            item = decode(text)
            started.call
            block.call(item)
          end
        end
        raise Error.new('decode', "the list has no end, after #{items.count} items") unless items.complete?
      end
    end

    # The blocks of all pages.
    def pages(name, path: {}, query: {}, **options)
      size = query.fetch(:per_page, LARGEST_PAGE)
      before = nil
      (query.fetch(:page, 1)..).each do |number|
        page = call(name, path: path, query: { **query, page: number, per_page: size }, **options)
        items = page['data'] || []
        raise Error.new('decode', "page #{number} is the same as the page before") if items.any? && items == before

        items.each { |item| yield item }
        return if items.size < [size, page['per_page'] || size].min

        before = items
      end
    end

    private

    def check_entries(name, query, body)
      entries = { bulk_delete_time_blocks: query[:ids], bulk_update_time_blocks: body,
                  bulk_create_time_blocks: body.is_a?(Hash) ? body[:time_blocks] : nil }[name]
      raise Error.new('usage', "#{name} needs at least one entry") if entries && entries.empty?
    end

    def send_request(name, path, query, body, timeout: nil, max_retries: 0)
      method, template, again = OPERATIONS.fetch(name)
      request = build(method, target(template, path, query), body)
      left = again ? max_retries : 0
      seen = false # once items were given out, nothing is sent again
      begin
        attempt(request, timeout, name) { |response| return yield(response, -> { seen = true }) }
      rescue Error => e
        raise if seen || left.zero? || !(e.kind == 'transport' || PASSING.include?(e.status))

        left -= 1
        sleep(@pause || PAUSE)
        retry
      end
    end

    def attempt(request, seconds, name)
      http = Net::HTTP.new(@base.hostname, @base.port)
      http.use_ssl = @base.scheme == 'https'
      http.max_retries = 0
      http.open_timeout = http.read_timeout = seconds if seconds
      within(name == :stream_time_blocks ? nil : seconds) do
        http.start do
          http.request(request) do |response|
            raise refusal(response) unless response.is_a?(Net::HTTPSuccess)

            yield response
          end
        end
      end
    rescue Net::OpenTimeout, Net::ReadTimeout, Net::WriteTimeout, Timeout::Error
      raise Error.new('timeout', "no complete response for #{seconds} s")
    rescue *BROKEN => e
      raise Error.new('transport', e.message)
    end

    # A stream may take as long as it needs; everything else has its time up to the last byte.
    def within(seconds, &block)
      seconds ? Timeout.timeout(seconds, &block) : yield
    end

    # The pieces of a body. Older versions of net/http accept one that is shorter than announced.
    def read(response)
      left = response.content_length
      response.read_body do |piece|
        left -= piece.bytesize if left
        yield piece
      end
      raise EOFError, "#{left} bytes of the body are missing" if left&.positive?
    end

    def build(method, target, body)
      request = Net::HTTP.const_get(method).new(target)
      request['Authorization'] = @authorization
      request['Accept'] = 'application/json'
      request['Accept-Encoding'] = 'identity'
      unless body.nil?
        request['Content-Type'] = 'application/json'
        request.body = JSON.generate(body)
      end
      request
    end

    def target(template, path, query)
      ids = path.transform_values { |id| URI.encode_www_form_component(id.to_s) }
      # An empty list is omitted: the API has no way to write it.
      pairs = query.reject { |_, value| value == [] }.map { |name, value| "#{name}=#{escape(Array(value).join(','))}" }
      @base.path + format(template, **ids) + (pairs.empty? ? '' : "?#{pairs.join('&')}")
    end

    # Commas separate the entries of a list, and stay as they are.
    def escape(text)
      URI.encode_www_form_component(text).gsub('+', '%20').gsub('%2C', ',')
    end

    def refusal(response)
      body = begin
        JSON.parse(response.body.to_s)
      rescue JSON::ParserError
        {} # a proxy's page, or nothing
      end
      body = {} unless body.is_a?(Hash)
      @pause = response['Retry-After']&.to_f
      text = body['error_description'].is_a?(String) ? body['error_description'] : response.message
      code = body['error'] if body['error'].is_a?(String)
      Error.new('api', "#{response.code} #{text}", status: response.code.to_i, code: code)
    end

    def decode(text)
      text = text.to_s.dup.force_encoding(Encoding::UTF_8)
      raise Error.new('decode', 'the response is not UTF-8') unless text.valid_encoding?

      JSON.parse(text)
    rescue JSON::ParserError => e
      raise Error.new('decode', "the response is not JSON: #{e.message[0, 200]}")
    end
  end
end
