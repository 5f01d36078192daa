/*
 * A mutator for CBOR: it gives one item a different type or value, or duplicates a pair of a map, so that messages
 * contain one wrong item and are otherwise valid. Linked into targets whose input is three bytes and a message, in
 * builds with a fuzzer.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define BEFORE 3
#define HEADS  64

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

/* Returns the end of the item that begins at `at`: for an array or a map, the end of its head. A truncated item may end
 * after `size`. */
static size_t end_of(const uint8_t *data, size_t size, size_t at)
{
    size_t major = data[at] >> 5, value = data[at] & 0x1f, argument = value == 24 ? 1 : value == 25 ? 2 : 0;
    if (argument >= size - at)
        return size;
    if (argument > 0)
        value = 0;
    for (size_t i = 1; i <= argument; i++)
        value = value << 8 | data[at + i];
    size_t content = major == 2 || major == 3 ? value : 0;
    return content < size - at - argument ? at + 1 + argument + content : size;
}

/* Offsets of the items in the order of the message, and the end of the last item. */
static size_t find_items(size_t at[HEADS + 1], const uint8_t *data, size_t size)
{
    size_t count = 0, pos = BEFORE;
    while (pos < size && count < HEADS) {
        at[count++] = pos;
        pos = end_of(data, size, pos);
    }
    at[count] = pos;
    return count;
}

static void change_head(uint8_t *head, unsigned choice)
{
    static const uint8_t heads[] = {0x00, 0x01, 0x17, 0x18, 0x20, 0x40, 0x41, 0x60, 0x61, 0x80, 0x81, 0x9f,
                                    0xa0, 0xa1, 0xa2, 0xbf, 0xc0, 0xf4, 0xf5, 0xf6, 0xf7, 0xf9, 0xff};
    *head = heads[choice % sizeof heads];
}

/* Duplicates a key and its value, and increments the map's count. */
static size_t repeat_pair(uint8_t *data, size_t size, const size_t *at, size_t key)
{
    size_t len = at[key + 2] - at[key];
    memmove(data + at[key + 2] + len, data + at[key + 2], size - at[key + 2]);
    memcpy(data + at[key + 2], data + at[key], len);
    for (size_t i = key; i-- > 0;)
        if (data[at[i]] >= 0xa0 && data[at[i]] < 0xb7) {
            data[at[i]]++;
            break;
        }
    return size + len;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    size_t at[HEADS + 1], count = find_items(at, data, size);
    if (count == 0 || seed % 2 == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    size_t item = seed / 8 % count;
    bool pair = item + 2 <= count && at[item + 2] - at[item] <= max_size - size;
    if (seed % 8 == 1 && pair)
        return repeat_pair(data, size, at, item);
    change_head(data + at[item], seed / 8 / (unsigned)count);
    return size;
}
