#include "providers/sapama.h"

/*
 * One host for both (1): what is sent says mode=sandbox or mode=live, so no
 * address can keep the two apart.  No balance can be asked (13).
 */
const struct provider provider_sapama = {
    .name = "sapama",
    .contract = "API of 2022-04",
    .two_phase = false,
    .sandbox_url = "https://sapamacash.com/api/",
    .live_url = "https://sapamacash.com/api/",
    .rails = sapama_rails,
    .file_codes = sapama_file_codes,
    .item_codes = sapama_item_codes,
    .write_send = sapama_write_send,
    .write_list = sapama_write_list,
    .judge = sapama_judge,
    .read_file = sapama_read_file,
    .read_item = sapama_read_item,
    .read_page = sapama_read_page,
    .read_row = sapama_read_row,
    .read_challenge = sapama_read_challenge
};
