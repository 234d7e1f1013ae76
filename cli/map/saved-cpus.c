// SPDX-License-Identifier: GPL-2.0-only
/* saved-cpus - xdplab map: what each CPU has of its own in a saved map */
#include <string.h>

#include "saved.h"

static bool are_all(const json_t *values, json_type type)
{
	json_t *value;
	size_t i;

	json_array_foreach((json_t *)values, i, value)
	{
		if (json_typeof(value) != type)
			return false;
	}
	return json_array_size(values);
}

bool map_saved_are_objects(const json_t *values)
{
	return are_all(values, JSON_OBJECT);
}

void map_saved_names(json_t *names, const json_t *values)
{
	json_t *value;
	size_t i;

	json_array_foreach((json_t *)values, i, value)
	{
		json_object_update_missing(names, value);
	}
}

static void add_member(json_t *column, json_t *member)
{
	json_array_append_new(column,
			      member ? json_incref(member) : json_null());
}

json_t *map_saved_column(const json_t *values, const char *name)
{
	json_t *column = json_array(), *value;
	size_t i;

	json_array_foreach((json_t *)values, i, value)
	{
		add_member(column, json_object_get(value, name));
	}
	return column;
}

static json_t *nth_column(const json_t *values, size_t nth)
{
	json_t *column = json_array(), *value;
	size_t i;

	json_array_foreach((json_t *)values, i, value)
	{
		add_member(column, json_array_get(value, nth));
	}
	return column;
}

/* Takes the column over. */
static json_t *sum_of_column(json_t *column)
{
	json_t *sum = map_saved_sum(column);

	json_decref(column);
	return sum;
}

static json_t *sum_of_objects(const json_t *values)
{
	json_t *names = json_object(), *sum = json_object(), *value;
	const char *name;

	map_saved_names(names, values);
	json_object_foreach(names, name, value)
	{
		json_object_set_new(
			sum, name,
			sum_of_column(map_saved_column(values, name)));
	}
	json_decref(names);
	return sum;
}

static json_t *sum_of_arrays(const json_t *values)
{
	size_t nr = json_array_size(json_array_get(values, 0));
	json_t *sum = json_array();

	for (size_t i = 0; i < nr; i++)
		json_array_append_new(sum,
				      sum_of_column(nth_column(values, i)));
	return sum;
}

static bool are_arrays(const json_t *values)
{
	size_t nr = json_array_size(json_array_get(values, 0)), i;
	json_t *value;

	json_array_foreach((json_t *)values, i, value)
	{
		if (!json_is_array(value) || json_array_size(value) != nr)
			return false;
	}
	return nr;
}

/* The word that all of them are, but no number that is too large for one. */
static json_t *same(const json_t *values)
{
	json_t *first = json_array_get(values, 0), *value;
	const char *text = json_string_value(first);
	size_t i;

	if (text && !text[strspn(text, "-0123456789")])
		return NULL;
	json_array_foreach((json_t *)values, i, value)
	{
		if (json_is_number(value) || !json_equal(first, value))
			return NULL;
	}
	return first;
}

/* As it is if that is no sum. */
static json_t *sum_of_numbers(const json_t *values)
{
	json_int_t sum = 0;
	json_t *value;
	size_t i;

	json_array_foreach((json_t *)values, i, value)
	{
		if (__builtin_add_overflow(sum, json_integer_value(value),
					   &sum))
			return json_incref((json_t *)values);
	}
	return json_integer(sum);
}

json_t *map_saved_sum(const json_t *values)
{
	if (map_saved_are_objects(values))
		return sum_of_objects(values);
	if (are_arrays(values))
		return sum_of_arrays(values);
	if (are_all(values, JSON_INTEGER))
		return sum_of_numbers(values);
	return json_incref(same(values) ?: (json_t *)values);
}
