# frozen_string_literal: true

module Focus
  # Cuts the text of a JSON array into the texts of its objects while it arrives.
  class Items
    attr_reader :count

    def initialize
      @text = String.new(encoding: Encoding::BINARY)
      @at = 0
      @depth = 0
      @quoted = false
      @comma = false
      @state = :before
      @count = 0
    end

    # Yields the text of each object that is complete with this piece.
    def feed(piece)
      @text << piece
      while (found = step)
        yield found unless found == :more
      end
    end

    def complete?
      @state == :after || (@state == :before && @text.strip == 'null')
    end

    private

    MARKS = /["\\\[\]{},]/n.freeze

    # Goes on to the next mark: the text of an object, :more, or nil at the end of what is there.
    def step
      return (@at = @text.bytesize) && nil unless (at = @text.index(MARKS, @at))

      @at = at + 1
      mark = @text[at]
      if @quoted
        in_a_string(mark)
      else
        outside(mark, at)
      end
    end

    def in_a_string(mark)
      if mark == '\\'
        return (@at -= 1) && nil if @at >= @text.bytesize # the escaped byte has not arrived

        @at += 1
      elsif mark == '"'
        @quoted = false
      end
      :more
    end

    def outside(mark, at)
      case mark
      when '"' then @quoted = true
      when '[', '{' then open(at)
      when ']', '}' then return close
      when ',' then @comma = true if @depth == 1
      end
      :more
    end

    def open(at)
      @depth += 1
      @state = :within if @depth == 1
      @begun = at if @depth == 2
    end

    def close
      @depth -= 1
      if @depth == 1
        found = @text[@begun...@at]
        @text = @text[@at..]
        @at = 0
        @comma = false
        @count += 1
        return found
      end
      @state = @comma ? :trailing_comma : :after if @depth.zero?
      :more
    end
  end
end
