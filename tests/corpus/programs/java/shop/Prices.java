package shop;

import java.util.HashMap;
import java.util.Map;

class Prices {
    private final Map<String, Integer> prices = new HashMap<>();

    int amount(String sku) {
        Integer price = prices.get(sku);
        return price.intValue() * 2;
    }
}
