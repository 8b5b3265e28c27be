// Runs one failing call of the shop: shop.MainKt ERROR VALUE [direct|deep].
package shop

val calls = mapOf<String, (String) -> Any?>(
    "price" to { value -> Prices.amount(value) },
    "stock" to { value -> Stock.amount(value) },
    "order" to { value -> loadOrder(value) },
    "checked" to { value -> check(value.isEmpty()) { "cart of $value is not empty" } },
    "cast" to { value -> titleOf(value.length) },
    "lazily" to { value -> listOf(value).map { one -> one.first { it == '#' } } }
)

fun deep(call: (String) -> Any?, value: String, depth: Int) {
    if (depth == 0) call(value) else deep(call, value, depth - 1)
}

fun main(words: Array<String>) {
    val call = calls.getValue(words[0])
    if (words[2] == "deep") deep(call, words[1], 2) else call(words[1])
}
