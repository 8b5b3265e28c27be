package shop;

/** One place that fails with several messages, and errors with causes and suppressed errors. */
class Checkout {
    static class PaymentException extends RuntimeException {
        PaymentException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    record Printer(String name) implements AutoCloseable {
        @Override
        public void close() {
            throw new IllegalStateException("printer " + name + " is out of paper");
        }
    }

    void pay(String reason) {
        throw new PaymentException(reason, null);
    }

    void charge(String card) {
        try {
            Orders.numberOf("A" + card);
        } catch (NumberFormatException error) {
            throw new IllegalStateException("card has no number", error);
        }
    }

    void confirm(String card) {
        try {
            charge(card);
        } catch (IllegalStateException error) {
            throw new PaymentException("payment refused", error);
        }
    }

    void print(String order) {
        try (Printer printer = new Printer(order)) {
            throw new UnsupportedOperationException("nothing to print");
        }
    }
}
