// SPDX-License-Identifier: LGPL-2.1-only
/* number-read - whole numbers as they are written */
#include "parse.h"

/* This many digits overflow in no base. */
#define SHORT 16

static bool read_short(struct value_integer *number, struct span word,
		       unsigned int base)
{
	for (size_t i = 0; i < word.length; i++) {
		unsigned int digit = value_digit(word.at[i]);

		if (digit >= base)
			return false;
		number->magnitude = number->magnitude * base + digit;
	}
	return true;
}

bool value_digits_read(struct value_integer *number, struct span word,
		       unsigned int base)
{
	if (!word.length)
		return false;
	if (word.length <= SHORT)
		return read_short(number, word, base);
	for (size_t i = 0; i < word.length; i++) {
		unsigned int digit = value_digit(word.at[i]);

		if (digit >= base)
			return false;
		if (__builtin_mul_overflow(number->magnitude, base,
					   &number->magnitude) ||
		    __builtin_add_overflow(number->magnitude, digit,
					   &number->magnitude))
			number->too_large = true;
	}
	return true;
}

bool value_integer_read(struct value_integer *number, struct span word)
{
	unsigned int base = 10;

	*number = (struct value_integer){ .negative = span_take(&word, "-") };
	if (span_take(&word, "0x") || span_take(&word, "0X"))
		base = 16;
	return value_digits_read(number, word, base);
}

bool value_literal_number(struct span word, uint64_t max, uint64_t *number)
{
	struct value_integer found;

	if (!value_integer_read(&found, word) || found.negative ||
	    found.too_large || found.magnitude > max)
		return false;
	*number = found.magnitude;
	return true;
}
