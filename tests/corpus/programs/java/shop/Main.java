package shop;

import java.util.Map;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Runs one failing call of the shop: shop.Main ERROR VALUE [direct|deep]; LOG=1 reports it through java.util.logging. */
public class Main {
    static final Map<String, Consumer<String>> CALLS = Map.of(
        "price", value -> new Prices().amount(value),
        "stock", value -> new Stock().amount(value),
        "order", Orders::load,
        "customer", Customers::load,
        "cart-empty", value -> new Checkout().pay("cart is empty"),
        "card-expired", value -> new Checkout().pay("card has expired"),
        "refused", value -> new Checkout().confirm(value),
        "suppressed", value -> new Checkout().print(value),
        "number", value -> Orders.numberOf("A" + value),
        "endless", value -> Customers.rootOf(value)
    );

    static void deep(Consumer<String> call, String value, int depth) {
        if (depth == 0) {
            call.accept(value);
        } else {
            deep(call, value, depth - 1);
        }
    }

    static void run(String error, String value, String way) {
        if (way.equals("deep")) {
            deep(CALLS.get(error), value, 2);
        } else {
            CALLS.get(error).accept(value);
        }
    }

    public static void main(String[] words) throws Exception {
        if (System.getenv("LOG") != null) {
            try {
                run(words[0], words[1], words[2]);
            } catch (Throwable error) {
                Logger.getLogger("shop.web").log(Level.SEVERE, "request failed", error);
            }
        } else if (System.getenv("THREAD") != null) {
            Thread worker = new Thread(() -> run(words[0], words[1], words[2]), "worker-7");
            worker.start();
            worker.join();
        } else {
            run(words[0], words[1], words[2]);
        }
    }
}
