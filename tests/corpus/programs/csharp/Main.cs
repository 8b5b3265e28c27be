using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace Shop
{
    /// <summary>Runs one failing call of the shop: Main.exe ERROR VALUE [direct|deep].</summary>
    public static class Program
    {
        static readonly Dictionary<string, Action<string>> Calls = new Dictionary<string, Action<string>>
        {
            ["price"] = value => new Prices().Amount(value),
            ["stock"] = value => new Stock().Amount(value),
            ["order"] = value => Orders.Load(value),
            ["customer"] = value => Customers.Load(value),
            ["cart-empty"] = value => new Checkout().Pay("cart is empty"),
            ["card-expired"] = value => new Checkout().Pay("card has expired"),
            ["refused"] = value => new Checkout().Confirm(value),
            ["several"] = value => Checkout.ConfirmAll(value),
            ["awaited"] = value => Orders.Fetch(value).GetAwaiter().GetResult(),
            ["generic"] = value => new Shelf<string>().Take(value),
        };

        static void Deep(Action<string> call, string value, int depth)
        {
            if (depth == 0)
                call(value);
            else
                Deep(call, value, depth - 1);
        }

        public static void Main(string[] words)
        {
            if (Environment.GetEnvironmentVariable("CAUGHT") != null)
            {
                try
                {
                    Calls[words[0]](words[1]);
                }
                catch (Exception error)
                {
                    Console.WriteLine(error);
                }
            }
            else if (words[2] == "deep")
                Deep(Calls[words[0]], words[1], 2);
            else
                Calls[words[0]](words[1]);
        }
    }
}
