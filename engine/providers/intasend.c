#include "providers/intasend.h"

/* Hosts: section 1.1; the account may name another. */
const struct provider provider_intasend = {
    .name = "intasend",
    .contract = "v1 of 2025-10",
    .two_phase = true,
    .sandbox_url = "https://sandbox.intasend.com/api/v1/",
    .live_url = "https://payment.intasend.com/api/v1/",
    .rails = intasend_rails,
    .file_codes = intasend_file_codes,
    .item_codes = intasend_item_codes,
    .write_initiate = intasend_write_initiate,
    .write_approve = intasend_write_approve,
    .write_status = intasend_write_status,
    .write_cancel = intasend_write_cancel,
    .write_wallets = intasend_write_wallets,
    .judge = intasend_judge,
    .read_file = intasend_read_file,
    .read_item = intasend_read_item,
    .read_wallet = intasend_read_wallet,
    .read_challenge = intasend_read_challenge
};
