package shop

class OrderException(message: String, cause: Throwable) : RuntimeException(message, cause)

fun loadOrder(number: String): String {
    try {
        return "A$number".toInt().toString()
    } catch (error: NumberFormatException) {
        throw OrderException("cannot load order $number", error)
    }
}

fun titleOf(thing: Any): String = thing as String
